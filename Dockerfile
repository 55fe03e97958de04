# The image, for every platform from any machine: users, CI and releases build it with this file.
#
#   docker buildx build --platform linux/amd64,linux/arm64 --tag kyklos .
#
# Nothing is emulated: the compiler runs on the builder's own platform and crosses to the target's.

# Set by the builder. Buildah wants to see them here before a FROM may use them, and 1.28 has to be told
# the first one: --build-arg BUILDPLATFORM=linux/amd64.
ARG BUILDPLATFORM
ARG TARGETARCH

# The version of rust-toolchain.toml; a test compares them.
FROM --platform=$BUILDPLATFORM rust:1.95.0-slim-bookworm AS rust
WORKDIR /src

# What differs between the targets. The C compiler is for ring; Debian has it under this name natively, too.
FROM rust AS for-amd64
ENV CARGO_BUILD_TARGET=x86_64-unknown-linux-musl \
    CARGO_TARGET_X86_64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld \
    TARGET_CC=x86_64-linux-gnu-gcc \
    TARGET_CC_PACKAGE=gcc-x86-64-linux-gnu

FROM rust AS for-arm64
ENV CARGO_BUILD_TARGET=aarch64-unknown-linux-musl \
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld \
    TARGET_CC=aarch64-linux-gnu-gcc \
    TARGET_CC_PACKAGE=gcc-aarch64-linux-gnu

# hadolint ignore=DL3006 # One of the two stages above.
FROM for-${TARGETARCH} AS tools
ARG TARGETARCH
# hadolint ignore=DL3008 # Debian keeps one version of a package per release.
RUN rustup target add "$CARGO_BUILD_TARGET" \
    && if ! command -v "$TARGET_CC"; then \
        apt-get update \
        && apt-get install -y --no-install-recommends "$TARGET_CC_PACKAGE" "libc6-dev-$TARGETARCH-cross" \
        && rm -rf /var/lib/apt/lists/*; \
    fi

# The workspace without its code: the same as long as no manifest changes, whatever else does.
FROM rust AS manifests
COPY . .
RUN find . -type f ! -name Cargo.toml ! -name Cargo.lock -delete \
    && find . -mindepth 2 -name Cargo.toml -execdir sh -c \
        'mkdir -p src && echo "//! Empty." | tee src/lib.rs >src/main.rs && echo "fn main() { }" >>src/main.rs' \;

FROM tools AS build
WORKDIR /src
COPY --from=manifests /src .
# The dependencies: minutes, and cached for as long as the manifests are.
RUN cargo build --release --locked --package kyklos
COPY . .
# The checkout is older than what was just built from empty files, and cargo goes by the time.
RUN find . -path ./target -prune -o -name '*.rs' -exec touch {} + \
    && cargo build --release --locked --package kyklos --bin kyklos \
    && install -D "target/$CARGO_BUILD_TARGET/release/kyklos" /image/kyklos

FROM gcr.io/distroless/static:nonroot
ARG VERSION=0.1.0-dev
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="Kyklos" \
      org.opencontainers.image.description="Scales Kubernetes workloads by time windows" \
      org.opencontainers.image.source="https://github.com/kyklos/kyklos" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.base.name="gcr.io/distroless/static:nonroot"
COPY --from=build /image/kyklos /kyklos
# By number, so that `runAsNonRoot` can see that it isn't root.
USER 65532:65532
ENTRYPOINT ["/kyklos"]
