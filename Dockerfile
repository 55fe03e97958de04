# The image, for every platform from any machine: users, CI and releases build it with this file.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --tag kyklos .
#
# Nothing is emulated: the compiler runs on the builder's own platform and crosses to the targets'. `cargo image build`
# runs this file with Buildah, with the version, the commit and its time; a release is built by that command.

# Set by the builder. Buildah wants to see them here before a FROM may use them, and 1.28 has to be told
# the first one: --build-arg BUILDPLATFORM=linux/amd64. Without a value, BuildKit up to 0.16 empties them.
ARG BUILDPLATFORM=$BUILDPLATFORM
ARG TARGETARCH=$TARGETARCH

# The version of rust-toolchain.toml; a test compares them. By its whole name: what Docker adds to a short one, Buildah
# doesn't. Both digests are of indexes with amd64 and arm64.
ARG RUST=docker.io/library/rust:1.95.0-slim-bookworm@sha256:d7482085ff5b415f84dba5647ae71606650bdef00db7aeb69f4b3d170c3e4082
ARG BASE_NAME=gcr.io/distroless/static:nonroot
ARG BASE_DIGEST=sha256:1c2c046bc09ed40fad370b599a0b1ae7987f55b01e247cf27a7c27cd97e5bbc7
# Or scratch: the binary brings its time zones, a cluster its certificates, and the user is a number.
ARG BASE=distroless

FROM --platform=$BUILDPLATFORM ${RUST} AS rust
WORKDIR /src

# Writes into the binary which crates it is made of, so that its SBOM and its vulnerabilities can be read from it.
FROM rust AS auditable
# It does so little that to optimize it takes longer than what it saves.
# What cargo downloads stays out of the layers: it is a quarter of them, in the smallest files.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    cargo install cargo-auditable --version 0.7.7 --locked --debug --root /opt/auditable

# The compilers of both targets, whichever is asked for, and of the planned platforms that are. The C compilers are for ring; they don't
# say in the binary which they are, since for one target they are two, by the platform that they run on.
# What a binary that can be loaded anywhere has to mend of its addresses at its start is 380 kB, and 6 kB packed, which musl reads
# since 1.2.4. A panic ends the process, so no function has to be one that can be unwound: another 80 kB.
FROM rust AS tools
ARG PLANNED=
ENV TARGET_CFLAGS=-fno-ident \
    CARGO_BUILD_RUSTFLAGS="-Cforce-unwind-tables=no -Clink-arg=-zpack-relative-relocs" \
    CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld \
    CARGO_TARGET_ARMV7_UNKNOWN_LINUX_MUSLEABIHF_LINKER=rust-lld \
    CARGO_TARGET_RISCV64GC_UNKNOWN_LINUX_MUSL_LINKER=rust-lld \
    CARGO_TARGET_RISCV64GC_UNKNOWN_LINUX_MUSL_RUSTFLAGS=-Ctarget-feature=+crt-static \
    CARGO_TARGET_POWERPC64LE_UNKNOWN_LINUX_MUSL_LINKER=rust-lld \
    CC_x86_64_unknown_linux_musl=x86_64-linux-gnu-gcc \
    CC_aarch64_unknown_linux_musl=aarch64-linux-gnu-gcc \
    CC_armv7_unknown_linux_musleabihf=arm-linux-gnueabihf-gcc \
    CC_riscv64gc_unknown_linux_musl=riscv64-linux-gnu-gcc \
    CC_powerpc64le_unknown_linux_musl=powerpc64le-linux-gnu-gcc
# hadolint ignore=DL3008 # Debian keeps one version of a package per release.
RUN echo "amd64 x86_64-unknown-linux-musl" >/opt/platforms \
    && echo "arm64 aarch64-unknown-linux-musl" >>/opt/platforms \
    && set -- \
    && if ! command -v x86_64-linux-gnu-gcc; then set -- gcc-x86-64-linux-gnu libc6-dev-amd64-cross; fi \
    && if ! command -v aarch64-linux-gnu-gcc; then set -- "$@" gcc-aarch64-linux-gnu libc6-dev-arm64-cross; fi \
    && for planned in $PLANNED; do \
        case "$planned" in \
            arm) triple=armv7-unknown-linux-musleabihf && set -- "$@" gcc-arm-linux-gnueabihf libc6-dev-armhf-cross ;; \
            riscv64) triple=riscv64gc-unknown-linux-musl && set -- "$@" gcc-riscv64-linux-gnu libc6-dev-riscv64-cross ;; \
            ppc64le) triple=powerpc64le-unknown-linux-musl && set -- "$@" gcc-powerpc64le-linux-gnu libc6-dev-ppc64el-cross ;; \
            *) echo "no platform that is planned is called $planned" >&2 && exit 1 ;; \
        esac; \
        echo "$planned $triple" >>/opt/platforms; \
    done \
    && sed 's/.* //' /opt/platforms >/opt/triples \
    && sed 's/^/--target /' /opt/triples >/opt/targets \
    && xargs --arg-file /opt/triples rustup target add \
    && apt-get update \
    && apt-get install -y --no-install-recommends "$@" \
    && rm -rf /var/lib/apt/lists/*

# The workspace without its code: the same as long as no manifest changes, whatever else does. No member is named
# here, so that a new one needs no line.
FROM rust AS manifests
WORKDIR /src
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock -delete \
    && find . -mindepth 2 -name Cargo.toml -execdir sh -c \
        'mkdir -p src && echo "//! Empty." | tee src/lib.rs >src/main.rs && echo "fn main() { }" >>src/main.rs' \; \
    && find . -type d -empty -delete

# For all platforms at once, in a stage that none has a part in: what runs while compiling is compiled once, they are linked side by
# side, and the second platform finds all of it done.
FROM tools AS build
WORKDIR /src
COPY --from=auditable /opt/auditable/bin/ /usr/local/bin/
COPY --from=manifests /src .
# The dependencies: minutes, and cached for as long as the manifests are.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    xargs --arg-file /opt/targets cargo auditable build --profile image --locked --package kyklos
COPY core core
COPY shell shell
# Another round compiles the code again. Its result must be the same: `cargo image-check all --twice` tries that.
ARG ROUND=1
# The checkout is older than what was just built from empty files, and cargo goes by the time. The binary's own time
# would make two equal builds differ.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    find core shell -name '*.rs' -exec touch {} + \
    && xargs --arg-file /opt/targets cargo auditable build --profile image --locked --package kyklos --bin kyklos \
    && while read -r architecture triple; do \
        install -D "target/$triple/image/kyklos" "/image/$architecture/kyklos" || exit 1; \
    done </opt/platforms \
    && touch --date=@0 /image/*/kyklos

FROM ${BASE_NAME}@${BASE_DIGEST} AS on-distroless
ARG BASE_NAME
ARG BASE_DIGEST
LABEL org.opencontainers.image.base.name="$BASE_NAME" \
      org.opencontainers.image.base.digest="$BASE_DIGEST"

FROM scratch AS on-scratch
LABEL org.opencontainers.image.base.name="scratch"

# hadolint ignore=DL3006 # One of the two stages above.
FROM on-${BASE}
ARG VERSION=0.1.0-dev
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Kyklos" \
      org.opencontainers.image.description="Scales Kubernetes workloads by time windows" \
      org.opencontainers.image.source="https://github.com/kyklos/kyklos" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED"
ARG TARGETARCH
COPY --from=build /image/${TARGETARCH}/kyklos /kyklos
# By number, so that `runAsNonRoot` can see that it isn't root.
USER 65532:65532
ENTRYPOINT ["/kyklos"]
