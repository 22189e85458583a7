# What both builds of WebAssembly modules share. Sourced in the repository's root.

# Builds the module of a package by a profile, with further flags for rustc after the target. The same sources give the
# same bytes: paths of this machine are mapped away, and every program on the way is pinned.
#
# The standard library is built along, so that it, too, is for size, and nothing in it or above it puts a text together
# for a panic: a module that panics ends, and who runs it says so. Together that is a tenth of a module. These are parts
# of the pinned compiler that it hides from stable users.
build_module() {
	local profile=$1 package=$2 target=$3 registry joined
	shift 3
	local flags=(-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none)
	flags+=(--remap-path-prefix="$PWD=." --remap-path-prefix="$(rustc --print sysroot)=rust")
	for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
		flags+=(--remap-path-prefix="${registry%/}=crates")
	done
	# Unit separators, as a path may hold spaces.
	printf -v joined '%s\x1f' "${flags[@]}" "$@"
	RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=${joined%$'\x1f'} \
		cargo build --quiet --locked --package "$package" --profile "$profile" --target "$target" \
		-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size
}

# wasm-opt with what rustc emits, and no younger feature: browsers of the last two years must load it.
optimise() {
	local features=(bulk-memory bulk-memory-opt call-indirect-overlong multivalue mutable-globals nontrapping-float-to-int reference-types sign-ext)
	wasm/www/node_modules/.bin/wasm-opt --mvp-features "${features[@]/#/--enable-}" "$@"
}
