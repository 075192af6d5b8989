// Package match compares the output that a page shows with the output that came.
// In goes text, out comes nothing where they agree, else the first place that
// differs and a small diff. There is no score: output is as the page says or not.
//
// The default rule, "smart", needs no word from the author.
//
// "..." alone on a line stands for any lines, inside a line for any text. Runs of
// blanks count as one; a page may indent a run of lines as a whole.
//
// Tables are headers in capitals with rows below them, or headers with dashes
// below them in "kubectl describe". The columns must agree with their order, the
// rows as a set: in order where the command sorts (Sorts), and in describe, but
// for events.
//
// JSON, also among other text, and YAML are compared as structures. The order of
// keys is free, that of elements is not; "..." leaves out members, elements,
// values and the rest. managedFields are as if they were not there.
//
// Values match by their type: times, ages, UUIDs, hashes of one length, keys and
// tokens, IP addresses, node ports and source ports, serial numbers, and what
// controllers add to names. What looks like one and is not:
//
//   - 127.0.0.1, 0.0.0.0 and other addresses that mean something match only
//     themselves, but for the address of a node.
//   - An address in EXTERNAL-IP is one or a load balancer's name; <pending> on
//     the page is answered by an address too, an address never by <pending>.
//     <none> and None match only themselves.
//   - RESTARTS may be more than 0 where the page shows 0; where it shows some,
//     there must be some.
//   - A duration that is a setting (timeout: 5s, period=10s, a value in YAML or
//     JSON) must agree to the second.
//   - Ordinals, versions, images, ports below 30000, NODE, statuses, counts and
//     all other words and numbers must agree.
//
// By key: resourceVersion, generation and observedGeneration; nodePort; the etag
// and x-envoy-upstream-service-time of a response, its content-length where the
// body follows; durations in Envoy's access log; CPU and memory of "kubectl top";
// the measured part of an autoscaler's target. Lines of progress of "kubectl
// rollout status" do not count.
//
// All of it takes time that grows with the length of the texts: nothing is tried
// in every way. Where texts do not agree, finding the difference may take longer,
// within bounds.
package match
