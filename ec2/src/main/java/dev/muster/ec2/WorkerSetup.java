package dev.muster.ec2;

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
 * @param bootWithin how long it may take until a coordinator lets it stay, before it ends
 * @param orphanTimeout how long it may be without its coordinator, before it ends
 */
public record WorkerSetup(
    String coordinator, String token, List<String> allowed, Distribution distribution,
    Duration ttl, Duration bootWithin, Duration orphanTimeout) {

  /** With which status a worker ends that has no coordinator; see ExitCode in cli. */
  private static final int NO_COORDINATOR = 3;

  /** Written by the worker, as 'muster worker --lease' tells. */
  private static final String LEASE_FILE = "/var/lib/muster/lease";

  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9._:/?&=%+~@\\[\\]-]+");

  /** @throws IllegalArgumentException with a sentence, if a part could not be written into a script */
  public WorkerSetup {
    allowed = List.copyOf(allowed);
    safe("the coordinator's address", coordinator);
    safe("the join token", token);
    safe("the address of the distribution", distribution.address().toString());
    allowed.forEach(target -> safe("--allow-target", target));
  }

  /** The same, from somewhere else. */
  WorkerSetup fetching(Distribution from) {
    return new WorkerSetup(coordinator, token, allowed, from, ttl, bootWithin, orphanTimeout);
  }

  private static void safe(String what, String text) {
    if (!SAFE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          what + " has a character that no instance may be told: '" + text + "'");
    }
  }

  /**
   * The script. The machine is set to end before anything else is tried: soon, which is put off each time
   * that a coordinator lets it stay, and finally, which is not. It ends at once where it cannot become a
   * worker, and as its worker does for good.
   */
  public String script() {
    return """
        #!/bin/bash
        # Makes this machine a worker of Muster. It ends by itself, whatever happens here.
        set -euo pipefail
        shutdown -P +%d || poweroff
        trap 'poweroff' ERR
        exec >/var/log/muster-boot.log 2>&1
        say() { echo "muster: $1" | tee -a /dev/console; }

        # Its end, which nothing puts off.
        systemd-run --unit=muster-end --on-active=%dmin /usr/sbin/poweroff
        %s
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
        # Starting it again helps after a crash. Where its coordinator is gone it does not: status 3.
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
          --credential /var/lib/muster/credential --spool /var/lib/muster/spool \\
          --lease %s --ec2 --give-up-after %d --orphan-timeout %d%s
        # What it says is on the console as well, where somebody reads it who has no way in.
        StandardOutput=journal+console
        StandardError=journal+console
        Restart=on-failure
        RestartPreventExitStatus=%d
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
            firstMinutes(), minutes(ttl), leaseService(), fetching(), distribution.sha256(),
            token, coordinator, LEASE_FILE, orphanTimeout.toSeconds(), orphanTimeout.toSeconds(),
            allowedWords(), NO_COORDINATOR);
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

  /**
   * A service that puts the machine's end off while the worker is let stay. Whatever goes wrong with it,
   * with the file that it reads, or with the worker that writes that, the end is not put off. The mark in
   * /run is gone after a reboot, which has taken the timer along.
   */
  private String leaseService() {
    return """
        cat >/usr/local/sbin/muster-lease <<'LEASE'
        #!/bin/bash
        # Puts this machine's end off whenever a coordinator lets it stay, and not beyond the second in $1. A word counts
        # once, and only if it is a second within the next hour.
        file=%s
        mark=/run/muster-lease
        put_off() {
          local to=$(($1 < ends ? $1 : ends))
          shutdown -P "+$(((to - now + 59) / 60))"
        }
        ends=$1 first=$2 last=
        while :; do
          printf -v now '%%(%%s)T' -1
          if ((now >= ends)); then
            poweroff
          elif [[ ! -e $mark ]]; then
            put_off $((now + 60 * first)) && : >"$mark"
          fi
          word=
          if [[ -f $file && ! -L $file ]]; then
            read -r -t 1 -n 12 word <"$file"
          fi
          if [[ $word =~ ^[1-9][0-9]{9}$ && $word != "$last" ]] && ((word > now && word <= now + 3600)); then
            put_off "$word" && last=$word
          fi
          sleep 5
        done
        LEASE
        chmod 755 /usr/local/sbin/muster-lease
        : >/run/muster-lease
        cat >/etc/systemd/system/muster-lease.service <<UNIT
        [Unit]
        Description=Ends this machine unless a coordinator lets it stay
        [Service]
        ExecStart=/bin/bash /usr/local/sbin/muster-lease $(($(date +%%s) + %d)) %d
        Restart=always
        RestartSec=1
        [Install]
        WantedBy=multi-user.target
        UNIT
        systemctl daemon-reload
        systemctl enable --now muster-lease.service
        """
        .formatted(LEASE_FILE, ttl.toSeconds(), firstMinutes());
  }

  /** A boot that hangs ends the machine early. */
  private long firstMinutes() {
    return Math.min(minutes(ttl), minutes(bootWithin));
  }

  private static long minutes(Duration span) {
    return Math.ceilDiv(span.toSeconds(), 60);
  }

  /** Without the token, which is a secret. */
  @Override
  public String toString() {
    return "WorkerSetup[" + coordinator + ", " + distribution + "]";
  }
}
