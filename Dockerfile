# syntax=docker/dockerfile:1
#
# The trucks service, and the console (`--target hello-tui`), each alone in an empty image: no shell, no package, nobody
# but user 10001. `cargo xtask image` builds it; so does `docker build .`, and podman or buildah.
#
# Nothing below depends on the processor: an image for arm64 is built on arm64 (release.yaml has a runner of each kind),
# which takes minutes, where emulation takes hours.

ARG RUST_IMAGE=docker.io/library/rust:1.95-slim-bookworm

# ── What both programs are compiled with ──────────────────────────────────────────────────────────────────────────────
FROM ${RUST_IMAGE} AS toolchain
WORKDIR /source
# A list of the crates inside the binary, which scanners (trivy, grype, syft) read: the image has no other trace of them.
ARG CARGO_AUDITABLE=0.7.7
RUN cargo install --locked --version "${CARGO_AUDITABLE}" cargo-auditable
# The C library is linked in. Naming the target keeps that from the build's own programs, which load procedural macros.
ENV CARGO_INCREMENTAL=0 \
    CARGO_TARGET_DIR=/target \
    RUSTFLAGS="-C target-feature=+crt-static"
RUN rustc --print host-tuple > /target-name
# Manifests first, with empty sources: the dependencies stay compiled until a manifest or the lock file changes.
COPY Cargo.toml Cargo.lock ./
COPY files/Cargo.toml files/
COPY shared/Cargo.toml shared/
COPY server/Cargo.toml server/
COPY sandbox/Cargo.toml sandbox/
COPY tui/Cargo.toml tui/
COPY tui/catalog/Cargo.toml tui/catalog/
COPY tui/console/Cargo.toml tui/console/
COPY tui/model/Cargo.toml tui/model/
COPY tui/services/Cargo.toml tui/services/
COPY tui/state/Cargo.toml tui/state/
COPY tui/workflow/Cargo.toml tui/workflow/
COPY tui/yaml/Cargo.toml tui/yaml/
COPY xtask/Cargo.toml xtask/
RUN for member in files shared server sandbox tui tui/catalog tui/console tui/model tui/services tui/state tui/workflow tui/yaml xtask; do \
      mkdir -p "$member/src" && touch "$member/src/lib.rs" && echo 'fn main() {}' > "$member/src/main.rs" || exit 1; \
    done
# What an empty image lacks: who runs in it, how names are resolved, and a folder that this user may write to.
RUN mkdir -p /image/data /image/etc /image/tmp \
 && echo 'hello:x:10001:10001:Hello Truck:/data:/sbin/nologin' > /image/etc/passwd \
 && echo 'hello:x:10001:' > /image/etc/group \
 && echo 'hosts: files dns' > /image/etc/nsswitch.conf \
 && chown 10001:10001 /image/data && chmod 0750 /image/data && chmod 1777 /image/tmp

# ── The service ───────────────────────────────────────────────────────────────────────────────────────────────────────
FROM toolchain AS server-dependencies
RUN cargo auditable build --locked --profile dist --package hello-server --target "$(cat /target-name)"

FROM server-dependencies AS server-build
COPY files files
COPY shared shared
COPY server server
# Copied files are older than what was made of the empty ones; cargo compiles only what is newer.
RUN find files shared server -name '*.rs' -exec touch {} + \
 && cargo auditable build --locked --profile dist --package hello-server --target "$(cat /target-name)" \
 && cp "/target/$(cat /target-name)/dist/hello-server" /image/

# ── The console ───────────────────────────────────────────────────────────────────────────────────────────────────────
FROM toolchain AS tui-dependencies
RUN cargo auditable build --locked --profile dist --package hello-tui --target "$(cat /target-name)"

FROM tui-dependencies AS tui-build
COPY files files
COPY shared shared
COPY server server
COPY sandbox sandbox
COPY tui tui
RUN find files shared server sandbox tui -name '*.rs' -exec touch {} + \
 && cargo auditable build --locked --profile dist --package hello-tui --target "$(cat /target-name)" \
 && cp "/target/$(cat /target-name)/dist/hello-tui" /image/

FROM scratch AS hello-tui
COPY --from=tui-build /image /
COPY --from=tui-build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 10001:10001
WORKDIR /data
ENV HOME=/data \
    TERM=xterm-256color
ENTRYPOINT ["/hello-tui"]
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=https://github.com/hello-truck/hello-truck
LABEL org.opencontainers.image.title="hello-tui" \
      org.opencontainers.image.description="A developer portal in the terminal" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"

# The last stage is the one that `docker build .` makes.
FROM scratch AS hello-server
COPY --from=server-build /image /
COPY --from=server-build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 10001:10001
WORKDIR /data
# The trucks outlive the container in a volume here; only SQLite needs it.
VOLUME ["/data"]
ENV HOST=0.0.0.0 \
    PORT=5000 \
    DATABASE_URL=sqlite:///data/hello-trucks.db
EXPOSE 5000
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 CMD ["/hello-server", "healthcheck"]
ENTRYPOINT ["/hello-server"]
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=https://github.com/hello-truck/hello-truck
LABEL org.opencontainers.image.title="hello-server" \
      org.opencontainers.image.description="The trucks service" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.source="${SOURCE}"
