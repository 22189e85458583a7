// What the pods of the playground run.
module signet.dev/tests/tools/workload

go 1.26.0

tool signet.dev/tests/tools/workload
