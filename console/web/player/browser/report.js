// What the screen says of itself, in the words that all players use, and how it takes commands.
import { photograph } from "./picture.js";

const HEARTBEAT = 60000;
const HEALTH = 30000;
const PICTURE = 60000;
const LINES_AN_HOUR = 60;
const PROCESS = "browser";

export class Report {
  constructor(link, screen) {
    this.link = link;
    this.screen = screen; // uuid, shownId, plannedId, view, words, reload()
    this.isSpeaking = false;
    this.lines = [];
    this.frameAt = Date.now();
    this.boot = bootOfThisTab();
    const tick = () => {
      this.frameAt = Date.now();
      setTimeout(() => requestAnimationFrame(tick), 1000);
    };
    requestAnimationFrame(tick);
  }

  speak(speaks) {
    if (this.isSpeaking === speaks) return;
    this.isSpeaking = speaks;
    for (const timer of this.timers ?? []) clearInterval(timer);
    this.timers = [];
    if (!speaks) return;
    this.discover();
    this.beat();
    this.health();
    const begin = (work, time) => this.timers.push(setInterval(work, time));
    begin(() => this.beat(), HEARTBEAT);
    begin(() => this.health(), HEALTH);
    begin(() => this.picture("periodic"), PICTURE);
  }

  at(time = this.link.now()) {
    return new Date(time).toISOString();
  }

  uptime() {
    return Math.max(Math.round((Date.now() - this.boot.since) / 1000), 0);
  }

  // A new connection says again who it is: the server may have forgotten, or moved.
  discover() {
    if (!this.isSpeaking) return;
    const { browser, system } = software();
    this.link.say("discovery", {
      hostname: this.screen.name || browser,
      os_version: system,
      software_version: `${browser}, web player ${document.documentElement.dataset.version}`,
      model: `${screen.width}x${screen.height}`,
      capabilities: { recovery_class: "manual_only", watchdog_enabled: false },
      boot_id: this.boot.id,
      uptime_seconds: this.uptime(),
    });
  }

  beat() {
    if (!this.isSpeaking) return;
    this.link.say("heartbeat", {
      timestamp: this.at(),
      current_process: PROCESS,
      process_pid: null,
      process_status: "running",
      current_event_id: this.screen.shownId,
    });
  }

  health() {
    if (!this.isSpeaking) return;
    this.link.say("health", {
      timestamp: this.at(),
      expected_state: { event_id: this.screen.plannedId },
      actual_state: { process: PROCESS, pid: null, status: "running" },
      health_metrics: {
        screen_on: document.visibilityState === "visible",
        last_frame_update: this.at(this.frameAt + this.link.offset),
      },
      broker_connection: {
        broker_reachable: true,
        reconnect_count: this.link.reconnects,
        last_disconnect_at: this.link.lostAt?.toISOString() ?? null,
      },
      boot_id: this.boot.id,
      uptime_seconds: this.uptime(),
    });
  }

  // Something else is on the screen: said at once, and pictured once it stands.
  changed() {
    this.beat();
    this.health();
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.picture("event_start"), 2500);
  }

  async picture(type) {
    if (!this.isSpeaking || !this.link.isUp || !this.screen.view) return;
    const eventId = this.screen.shownId;
    const at = this.at();
    const { data, size } = await photograph(this.screen.view, this.screen.words);
    this.link.say("dashboard", {
      message: { client_id: this.screen.uuid, status: "ok" },
      content: { screenshot: { data, filename: "screen.jpg", timestamp: at, size } },
      runtime: {
        system_info: { browser: navigator.userAgent.slice(0, 300) },
        process_health: {
          current_process: PROCESS,
          process_pid: null,
          process_status: "running",
          current_event_id: eventId,
        },
      },
      metadata: {
        schema_version: "2.0",
        published_at: at,
        capture: { type, captured_at: at, age_s: 0, triggered: type !== "periodic" },
      },
    });
  }

  log(level, message, context = {}) {
    const hour = Date.now() - 36e5;
    this.lines = this.lines.filter((at) => at > hour);
    if (this.lines.length >= LINES_AN_HOUR) return;
    this.lines.push(Date.now());
    this.link.say(level, { timestamp: this.at(), message: message.slice(0, 2000), context });
  }

  // Each command runs once, whatever is told again; this tab remembers over reloads.
  async command(command) {
    const ran = remembered();
    if (ran.includes(command.command_id)) return;
    localStorage.setItem("infoscreen-commands", JSON.stringify([...ran, command.command_id].slice(-100)));
    if (Date.parse(command.expires_at) < this.link.now()) {
      this.ack(command, "failed", "stale_command", "The command came after it had expired.");
    } else if (command.action === "restart_app") {
      await this.restart(command);
    } else {
      const reason = "A browser can neither restart nor shut down its machine.";
      this.ack(command, "failed", "permission_denied_local", reason);
    }
  }

  async restart(command) {
    await this.ack(command, "accepted");
    if (!(await this.screen.isServed())) {
      this.ack(command, "failed", "execution_failed", "The page cannot be loaded anew just now.");
      return;
    }
    const isSaid = await this.ack(command, "execution_started");
    if (!isSaid) return; // it is told again, with another id
    sessionStorage.setItem("infoscreen-restart", command.command_id);
    this.screen.reload();
  }

  // Called once the page runs: a restart that was asked for is over.
  finishRestart() {
    const commandId = sessionStorage.getItem("infoscreen-restart");
    if (!commandId) return;
    sessionStorage.removeItem("infoscreen-restart");
    this.ack({ command_id: commandId }, "completed");
  }

  ack(command, status, code = null, text = null) {
    const { command_id } = command;
    return this.link.say("ack", { command_id, status, error_code: code, error_message: text });
  }
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem("infoscreen-commands")) ?? [];
  } catch {
    return [];
  }
}

// A tab is to us what a boot is to a machine: reloading is none.
function bootOfThisTab() {
  const kept = sessionStorage.getItem("infoscreen-boot");
  if (kept) return JSON.parse(kept);
  const boot = { id: `tab-${Math.random().toString(36).slice(2)}${Date.now().toString(36)}`, since: Date.now() };
  sessionStorage.setItem("infoscreen-boot", JSON.stringify(boot));
  return boot;
}

function software() {
  const agent = navigator.userAgent;
  const known = [/Edg\/[\d.]+/, /OPR\/[\d.]+/, /Firefox\/[\d.]+/, /Chrome\/[\d.]+/, /Version\/[\d.]+ .*Safari/];
  const browser = known.map((one) => one.exec(agent)?.[0]).find(Boolean) ?? "Browser";
  const system = /\(([^)]*)\)/.exec(agent)?.[1] ?? navigator.platform;
  return { browser: browser.slice(0, 60), system: system.slice(0, 100) };
}
