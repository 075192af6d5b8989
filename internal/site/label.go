package site

var labels = map[string]string{
	"": "Code", "text": "Text", "plain": "Text", "plaintext": "Text", "txt": "Text", "none": "Text",
	"bash": "Shell", "sh": "Shell", "shell": "Shell", "zsh": "Shell", "console": "Shell", "shell-session": "Shell", "terminal": "Shell",
	"yaml": "YAML", "yml": "YAML", "json": "JSON", "toml": "TOML", "xml": "XML", "html": "HTML", "css": "CSS", "sql": "SQL", "ini": "INI",
	"go": "Go", "golang": "Go", "js": "JavaScript", "javascript": "JavaScript", "ts": "TypeScript", "typescript": "TypeScript",
	"py": "Python", "python": "Python", "java": "Java", "rust": "Rust", "ruby": "Ruby", "c": "C", "cpp": "C++", "csharp": "C#",
	"docker": "Dockerfile", "dockerfile": "Dockerfile", "diff": "Diff", "make": "Makefile", "makefile": "Makefile", "md": "Markdown",
	"markdown": "Markdown", "proto": "Protocol Buffers", "protobuf": "Protocol Buffers", "powershell": "PowerShell", "hcl": "HCL",
	"http": "HTTP", "properties": "Properties", "csv": "CSV", "lua": "Lua", "cue": "CUE", "rego": "Rego",
}

// label is the name of a language as people write it.
func label(lang string, session bool) string {
	if session {
		return "Terminal"
	}
	if l, ok := labels[lang]; ok {
		return l
	}
	return lang
}
