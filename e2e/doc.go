// Package e2e holds the tests that open sites in a browser. It takes the sites
// that the command builds, and looks at them as readers do. It is a module of its
// own, so that nobody who imports doctest or installs the command gets a
// browser's protocol with it.
//
// A test builds a site with built, serves it with serveFolder, opens a tab with
// newTab, and looks: visit, eval, click, press. A tab notes each violation of the
// policy, each request to another host and each message of the console; quiet
// fails the test where there was one.
package e2e
