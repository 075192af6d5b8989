package cli

func (s *session) check([]string) int  { return exitError }
func (s *session) script([]string) int { return exitError }
