package site

import "github.com/probatum/probatum/theme"

// words are the keys of what a block is called where its language has no name.
var words = map[string]string{
	"": "code_plain", "text": "code_text", "plain": "code_text", "plaintext": "code_text", "txt": "code_text", "none": "code_text",
	"bash": "code_shell", "sh": "code_shell", "shell": "code_shell", "zsh": "code_shell", "console": "code_shell", "shell-session": "code_shell", "terminal": "code_shell",
}

var labels = map[string]string{
	"yaml": "YAML", "yml": "YAML", "json": "JSON", "toml": "TOML", "xml": "XML", "html": "HTML", "css": "CSS", "sql": "SQL", "ini": "INI",
	"go": "Go", "golang": "Go", "js": "JavaScript", "javascript": "JavaScript", "ts": "TypeScript", "typescript": "TypeScript",
	"py": "Python", "python": "Python", "java": "Java", "rust": "Rust", "ruby": "Ruby", "c": "C", "cpp": "C++", "csharp": "C#",
	"docker": "Dockerfile", "dockerfile": "Dockerfile", "diff": "Diff", "make": "Makefile", "makefile": "Makefile", "md": "Markdown",
	"markdown": "Markdown", "proto": "Protocol Buffers", "protobuf": "Protocol Buffers", "powershell": "PowerShell", "hcl": "HCL",
	"http": "HTTP", "properties": "Properties", "csv": "CSV", "lua": "Lua", "cue": "CUE", "rego": "Rego",
}

// label is the name of a language as people write it, with words of t.
func label(t theme.Site, lang string, session bool) string {
	if session {
		return t.T("code_terminal")
	}
	if key, ok := words[lang]; ok {
		return t.T(key)
	}
	if l, ok := labels[lang]; ok {
		return l
	}
	return lang
}
