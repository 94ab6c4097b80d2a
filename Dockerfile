# docker build -t twofa-prober .
# What it needs of the configuration, and how to run several of them: docs/deployment.md
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# No package needs to run a script of its own.
RUN npm ci --ignore-scripts --no-audit
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN node scripts/build.ts
RUN npm prune --omit=dev --ignore-scripts --no-audit
RUN mkdir state

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /opt/twofa-prober
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY bin bin
COPY probes probes
COPY package.json schema.json LICENSE ./
# Only for a store in a file; with PostgreSQL nothing is kept here.
COPY --from=build --chown=1000:1000 /build/state /var/lib/twofa-prober
VOLUME /var/lib/twofa-prober
# The image's user "node", as a number: Kubernetes can tell that it is not root.
USER 1000:1000
EXPOSE 9823 9824
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --start-interval=1s CMD ["node", "-e", "fetch('http://127.0.0.1:9823/-/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/opt/twofa-prober/bin/twofa-prober.js"]
CMD ["start", "--config.file=/etc/twofa-prober/twofa-prober.yaml", "--web.listen-address=0.0.0.0:9823"]
