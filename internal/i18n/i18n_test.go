package i18n

import "testing"

func TestText(t *testing.T) {
	w, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for lang, v := range map[string]any{
		"en":    map[string]any{"tip": map[string]any{"other": "Hint"}, "files": map[string]any{"one": "{{ .Count }} file", "other": "{{ .Count }} files"}},
		"pt_BR": []any{map[string]any{"id": "tip", "translation": "Olha"}},
		"nl":    map[string]any{"copy": "Kopieer {{ .filename }}", "bad": "{{ .a"},
	} {
		if problem := w.Add(lang, v); problem != "" {
			t.Errorf("%s: %s", lang, problem)
		}
	}
	for _, tt := range []struct {
		lang, key string
		about     []any
		want      string
	}{
		{"en", "tip", nil, "Hint"},
		{"en", "note", nil, "Note"},
		{"pt-br", "tip", nil, "Olha"},
		{"pt-BR", "note", nil, "Nota"},
		{"pt", "tip", nil, "Dica"},
		{"zh-cn", "note", nil, "说明"},
		{"xx", "warning", nil, "Warning"},
		{"", "warning", nil, "Warning"},
		{"en", "nothing", nil, ""},
		{"en", "files", []any{1}, "1 file"},
		{"en", "files", []any{map[string]any{"Count": 2}}, "2 files"},
		{"nl", "copy", []any{map[string]any{"filename": "a"}}, "Kopieer a"},
		{"nl", "bad", nil, "{{ .a"},
	} {
		if got := w.Text(tt.lang, tt.key, tt.about...); got != tt.want {
			t.Errorf("Text(%q, %q, %v) = %q, want %q", tt.lang, tt.key, tt.about, got, tt.want)
		}
	}
	if got := (*Words)(nil).Text("en", "tip"); got != "" {
		t.Errorf("no words: %q", got)
	}
}

// What is not written as an i18n file is said; the rest of it counts.
func TestAddProblem(t *testing.T) {
	for _, tt := range []struct {
		v    any
		want string
	}{
		{nil, ""},
		{"text", "it is neither a list nor a mapping of keys to texts"},
		{map[string]any{"a": 1, "tip": "T"}, "a is neither a text nor one with the key other"},
		{map[string]any{"a": map[string]any{"few": "x"}, "tip": "T"}, "a is neither a text nor one with the key other"},
		{[]any{map[string]any{"translation": "x"}, map[string]any{"id": "tip", "translation": "T"}}, "item 1 has no id"},
	} {
		w := &Words{byLang: map[string]map[string]word{}}
		if got := w.Add("en", tt.v); got != tt.want {
			t.Errorf("Add(%v) = %q, want %q", tt.v, got, tt.want)
		}
		if _, isText := tt.v.(string); tt.v != nil && !isText && w.Text("en", "tip") != "T" {
			t.Errorf("Add(%v) lost the word that is right", tt.v)
		}
	}
}

// Every language has only keys that English has.
func TestBuiltin(t *testing.T) {
	w, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for lang, words := range w.byLang {
		for key := range words {
			if _, ok := w.byLang[Main][key]; !ok {
				t.Errorf("%s: %s is not in English", lang, key)
			}
		}
		for key := range w.byLang[Main] {
			if _, ok := words[key]; !ok && key != "security_bulletin_cves" {
				t.Errorf("%s: no %s", lang, key)
			}
		}
	}
}
