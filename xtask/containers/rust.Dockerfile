# Built with the compiler's own folder as its context.
FROM localhost/hello-truck-debian
COPY bin/cargo bin/rustc /usr/local/bin/
COPY lib /usr/local/lib
# The authorities that this machine trusts, for cargo alone: what is built here must not trust them.
COPY --from=host ca-certificates.crt /usr/local/share/host-authorities.crt
ENV CARGO_HOME=/usr/local/cargo \
    CARGO_HTTP_CAINFO=/usr/local/share/host-authorities.crt \
    PATH=/usr/local/cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["bash"]
