// gox509 does with Go's standard library what Signet does with certificates:
//
//	gox509 read FILE TIME               where each certificate of a PEM file stands, every fact of it as strings,
//	                                    and what is wrong with it at TIME
//	gox509 verify LEAVES OTHERS ROOTS TIME
//	                                    a path for each leaf at TIME, over the others to the roots
//
// Files are loaded first, for verify also parsed. After that each line of standard input asks for one
// pass, and is answered with how many certificates it read or verified.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	pass, err := prepare(os.Args[1:])
	if err == nil {
		err = serve(pass)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "gox509:", err)
		os.Exit(1)
	}
}

// prepare loads what the passes work on.
func prepare(arguments []string) (pass func() (int, error), err error) {
	switch {
	case len(arguments) == 3 && arguments[0] == "read":
		return reader(arguments[1], arguments[2])
	case len(arguments) == 5 && arguments[0] == "verify":
		return verifier(arguments[1], arguments[2], arguments[3], arguments[4])
	default:
		return nil, fmt.Errorf("usage: gox509 read FILE TIME | gox509 verify LEAVES OTHERS ROOTS TIME")
	}
}

func serve(pass func() (int, error)) error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		count, err := pass()
		if err != nil {
			return err
		}
		fmt.Println(count)
	}
	return lines.Err()
}
