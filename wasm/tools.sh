# What both builds of WebAssembly modules share. Sourced in the repository's root.

# Builds the module of a package by a profile, with further flags for rustc after the target. The same sources give the
# same bytes: paths of this machine are mapped away, and every program on the way is pinned.
build_module() {
	local profile=$1 package=$2 target=$3 registry joined
	shift 3
	local flags=(--remap-path-prefix="$PWD=." --remap-path-prefix="$(rustc --print sysroot)=rust")
	for registry in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/; do
		flags+=(--remap-path-prefix="${registry%/}=crates")
	done
	# Unit separators, as a path may hold spaces.
	printf -v joined '%s\x1f' "${flags[@]}" "$@"
	CARGO_ENCODED_RUSTFLAGS=${joined%$'\x1f'} \
		cargo build --quiet --locked --package "$package" --profile "$profile" --target "$target"
}

# wasm-opt with what rustc emits, and no younger feature: browsers of the last two years must load it.
optimise() {
	local features=(bulk-memory bulk-memory-opt call-indirect-overlong multivalue mutable-globals nontrapping-float-to-int reference-types sign-ext)
	wasm/www/node_modules/.bin/wasm-opt --mvp-features "${features[@]/#/--enable-}" "$@"
}
