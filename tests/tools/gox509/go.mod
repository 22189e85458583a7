// gox509: certificates read and verified by Go's standard library, for the benches to compare.
module signet.dev/tests/tools/gox509

go 1.26.0

tool signet.dev/tests/tools/gox509
