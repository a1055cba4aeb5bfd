package dev.muster.ec2;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How a fresh instance becomes a worker: the script that it runs at its first boot.
 *
 * @param coordinator where it joins, as it reaches it: host and port
 * @param token lets it in, for minutes and under its instance's id
 * @param allowed where it may send load
 * @param distribution where Muster is fetched from, and what that must be
 * @param ttl how long the instance lives, whatever happens
 * @param giveUpAfter how long a worker looks for its coordinator before it gives up
 */
public record WorkerSetup(
    String coordinator, String token, List<String> allowed, Distribution distribution,
    Duration ttl, Duration giveUpAfter) {

  /** What EC2 takes. */
  private static final int MOST_BYTES = 16 << 10;

  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._:/?&=%+~@\\[\\]-]+");

  /** @throws IllegalArgumentException with a sentence, if a part could not be written into a script */
  public WorkerSetup {
    allowed = List.copyOf(allowed);
    safe("the coordinator's address", coordinator);
    safe("the join token", token);
    safe("the address of the distribution", distribution.address().toString());
    allowed.forEach(target -> safe("--allow-target", target));
  }

  private static void safe(String what, String text) {
    if (!SAFE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          what + " has a character that no instance may be told: '" + text + "'");
    }
  }

  /**
   * The script. The machine is set to end before anything else is tried, and it ends at once where it cannot
   * become a worker; as its worker does, for good.
   *
   * @throws IllegalArgumentException if it is longer than EC2 takes
   */
  public String script() {
    String script = """
        #!/bin/bash
        # Makes this machine a worker of Muster. It ends by itself, whatever happens here.
        set -euo pipefail
        shutdown -P +%d
        trap 'poweroff' ERR
        exec >/var/log/muster-boot.log 2>&1
        say() { echo "muster: $1" | tee /dev/console; }

        session=$(curl -sf --retry 5 -m 5 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' \\
          http://169.254.169.254/latest/api/token)
        id=$(curl -sf --retry 5 -m 5 -H "X-aws-ec2-metadata-token: $session" \\
          http://169.254.169.254/latest/meta-data/instance-id)
        say "boots as $id"

        sysctl -q -w net.ipv4.ip_local_port_range='1024 65535' net.ipv4.tcp_tw_reuse=1
        command -v java >/dev/null || dnf -y -q install java-25-amazon-corretto-headless
        say "has java"

        mkdir -p /opt/muster /etc/muster
        %s
        echo '%s  /opt/muster/muster.tar.gz' | sha256sum -c --quiet -
        tar -C /opt/muster -xzf /opt/muster/muster.tar.gz
        say "has muster"

        id -u muster >/dev/null 2>&1 || useradd --system --create-home --home-dir /var/lib/muster muster
        (umask 077 && echo '%s' >/etc/muster/join-token)
        chown muster /etc/muster/join-token
        cat >/etc/systemd/system/muster-worker.service <<UNIT
        [Unit]
        Description=Muster worker
        After=network-online.target
        StartLimitIntervalSec=15min
        StartLimitBurst=3
        SuccessAction=poweroff
        FailureAction=poweroff
        [Service]
        User=muster
        WorkingDirectory=/var/lib/muster
        ExecStart=/opt/muster/bin/muster worker --join %s --name $id --token-file /etc/muster/join-token \\
          --credential /var/lib/muster/credential --spool /var/lib/muster/spool --give-up-after %d%s
        Restart=on-failure
        RestartSec=1
        LimitNOFILE=1000000
        [Install]
        WantedBy=multi-user.target
        UNIT
        systemctl daemon-reload
        systemctl enable --now muster-worker.service
        say "starts its worker"
        """
        .formatted(
            Math.ceilDiv(ttl.toSeconds(), 60), fetching(), distribution.sha256(), token,
            coordinator,
            giveUpAfter.toSeconds(), allowedWords());
    int bytes = script.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "what an instance is told has " + bytes + " bytes, and EC2 takes " + MOST_BYTES
              + "; give fewer --allow-target, or a network instead of many addresses");
    }
    return script;
  }

  // A coordinator's own certificate is vouched for by nobody whom a fresh machine knows, nor need its clock be set yet;
  // so the sum vouches for the bytes, which came over the authenticated link to EC2.
  private String fetching() {
    String curl = "curl -sf --retry 5 --retry-connrefused --connect-timeout 60 -o /opt/muster/muster.tar.gz";
    String from = " '" + distribution.address() + "'";
    return distribution.isOfCoordinator()
        ? """
            # -k: nobody whom this machine knows vouches for the coordinator's certificate. The sum vouches for the bytes.
            """
            + curl + " -k" + from
        : curl + " -L" + from;
  }

  private String allowedWords() {
    var words = new StringBuilder();
    for (String target : allowed) {
      words.append(" \\\n  --allow-target ").append(target);
    }
    return words.toString();
  }

  /** Without the token, which is a secret. */
  @Override
  public String toString() {
    return "WorkerSetup[" + coordinator + ", " + distribution + "]";
  }
}
