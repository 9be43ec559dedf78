FROM localhost/hello-truck-debian
USER haproxy
STOPSIGNAL SIGUSR1
WORKDIR /var/lib/haproxy
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
