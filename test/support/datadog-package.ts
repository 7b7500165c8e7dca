import { readFileSync } from "node:fs";

const UNIT = `[Unit]
Description=Datadog Agent
After=network.target
StartLimitIntervalSec=10
StartLimitBurst=5
[Service]
User=dd-agent
ExecStart=/opt/datadog-agent/bin/agent/agent run
Restart=on-failure
RestartSec=2
[Install]
WantedBy=multi-user.target
`;

const POSTINST = `#!/bin/sh
set -e
getent passwd dd-agent >/dev/null || useradd --system --no-create-home --home-dir /opt/datadog-agent --shell /usr/sbin/nologin --user-group dd-agent
mkdir -p /etc/datadog-agent/conf.d
chown -R dd-agent:dd-agent /etc/datadog-agent
ln -sf /opt/datadog-agent/bin/agent/agent /usr/bin/datadog-agent
systemctl daemon-reload
systemctl enable -q datadog-agent
`;

/** What is in the package that stands in for Datadog's: its paths, user and unit. */
export function agentPackage(): Readonly<Record<string, string>> {
  return {
    "DEBIAN/postinst": POSTINST,
    "opt/datadog-agent/bin/agent/agent": readFileSync("test/support/datadog-agent.pl", "utf8"),
    "usr/lib/systemd/system/datadog-agent.service": UNIT,
  };
}
