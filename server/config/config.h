#pragma once
#include "bot/flow/flow.h"
#include "handoff/queue/target.h"
#include "handoff/queue/wake.h"
#include "handoff/roster/hours.h"
#include "server/config/rich_menu.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tsunagi::config {

/// config/tsunagi.yaml. Immutable after the start; logic takes the small parts it needs.
struct Listener {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    std::string certificate_file;  ///< empty: plain HTTP (behind a proxy, or loopback)
    std::string key_file;
    std::vector<std::string> proxies{"127.0.0.0/8", "::1"};  ///< addresses and networks whose X-Forwarded-* is believed
};
/// Copies of what is kept, made by the running server.
struct BackupConfig {
    std::filesystem::path folder;
    int minute_of_day = 3 * 60;  ///< in Japan, 0..1440
    std::size_t keep = 7;
};
struct ServerConfig {
    Listener listen;                  ///< webhook, console, web chat
    Listener admin;                   ///< /healthz /readyz /metrics; loopback unless configured
    std::string public_url;           ///< how the outside reaches `listen`, for links and cookies; https:// makes cookies Secure
    std::string data_dir;             ///< overridden by --data
    std::optional<BackupConfig> backup;  ///< nothing: whoever runs the machine sees to copies
    std::string master_key;           ///< 32 bytes as 64 hex characters; derives the keys of all our HMACs: identities, links, visits
    std::string line_api_base = "https://api.line.me";
    std::string line_data_base = "https://api-data.line.me";
    std::string ca_file;
    bool line_sending = true;         ///< false: everything is kept, nothing goes out until it is true again
    unsigned io_threads = 1;
    std::size_t connections_max = 10'000;
    std::string console_dir;          ///< built console; empty: this server has none
};

/// How a channel proves itself to LINE (facts.md, section 14).
enum class LineTokenKind : std::uint8_t {
    long_lived,  ///< made in LINE's console; never changes by itself
    stateless,   ///< 15 minutes; by the channel's first secret, or by an assertion where there is a private key
    jwt,         ///< v2.1; by an assertion
};
struct LineToken {
    LineTokenKind kind = LineTokenKind::long_lived;
    std::string channel_id;
    std::string key_id;       ///< `kid` of the assertion key, from LINE's console
    std::string private_key;  ///< PEM, RSA 2048
};

struct LineChannel {
    std::string name;                       ///< unique in its desk, for example `line-main`
    std::vector<std::string> secrets;       ///< one or two (during a swap)
    std::string access_token;               ///< only of a long-lived token
    LineToken token;
    std::string bot_user_id;                ///< `destination`; empty: not checked
    handoff::OpeningHours hours;
};

/// The desk's page for people without LINE, or whose phone is watched (`/chat/{desk}`).
struct WebChatConfig {
    bool enabled = false;
    std::optional<handoff::OpeningHours> hours;  ///< nothing: those of the first LINE channel
    std::string neutral_site;                    ///< where the quick exit leads; https
    std::vector<std::string> frame_ancestors;    ///< origins whose pages may show the chat in a frame; empty: none
    int idle_lock_minutes = 20;                  ///< without a touch or a key the page hides the talk
};

/// Whether what is said may go through LINE's servers, or LINE only leads to the web chat (practice.md section 3).
enum class ContentOnLine : std::uint8_t { in_line, doorway };

/// Whom on-call mail goes to, and through which relay. Each of `to` gets a mail of its own.
struct OnCallEmail {
    std::vector<std::string> to;
    std::string from;
    std::string relay;     ///< smtp://host[:port] (STARTTLS unless loopback) or smtps://host[:port]
    std::string user;      ///< empty: the relay asks for no sign-in
    std::string password;
};

/// Whom to tell when danger is heard and nobody is at the desk. Nothing configured: nobody, and she is told so.
struct OnCall {
    std::string webhook_url;  ///< gets a POST with desk, level and a link to the console; never a word of hers
    std::optional<OnCallEmail> email;
    bool configured() const { return !webhook_url.empty() || email; }
};

struct DeskConfig {
    DeskId id;
    std::string name;
    std::vector<bot::Language> languages;  ///< first is the default
    std::vector<LineChannel> line_channels;
    WebChatConfig web_chat;
    ContentOnLine content_on_line = ContentOnLine::in_line;
    std::uint32_t capacity_per_counselor = 3;
    int retention_chat_days = 0;           ///< what the desk decided, 0: nothing yet; nothing is deleted by it so far
    handoff::Targets targets;              ///< how soon a human should answer danger
    OnCall on_call;
    handoff::WakeRules wake;               ///< how long things rest before somebody is reminded
    std::vector<RichMenu> rich_menus;      ///< those LINE shows here; empty: we set none
};

/// One mistake in config/: where, what, and how to mend it. Prints as `file:line: what; mend`.
struct Problem {
    std::string file;
    int line = 0;
    std::string what;
    std::string mend;
    bool warning = false;
};

/// All of config/, or what is wrong with it. `playbooks` come from the files as they are now.
struct Loaded {
    ServerConfig server;
    std::vector<DeskConfig> desks;
    std::unordered_map<DeskId, std::shared_ptr<const bot::Playbook>> playbooks;
    /// The very texts a playbook was built from (file name -> bytes), so that a version can be stored and built again.
    std::unordered_map<DeskId, std::map<std::string, std::string>> sources;
    std::shared_ptr<const bot::RiskRules> risk;   ///< null when there is no folder risk/, or it is broken
    std::shared_ptr<const bot::Support> support;  ///< null when there is no folder guide/ or hotlines/, or one is broken
    std::vector<Problem> problems;
    bool ok() const;
};

/// What config is read for. A server needs its secrets; whoever only checks texts (a build, a colleague's laptop) has none,
/// so that absent secrets are warnings then. A secret written in plain is an error for both.
enum class Purpose { serve, check };

/// Reads and checks everything under `dir`. Never throws for what a file says; a missing `dir` is a Problem too.
/// Problems are sorted by file and line. A desk whose desk.yaml cannot be read is left out; what is there of the others is
/// filled in even when there are problems, but only `ok()` says that it may be served.
Loaded load(const std::filesystem::path& dir, Purpose purpose = Purpose::serve);

/// Builds a playbook again from stored sources, the same at the same version, but for `risk` and `support`, which the
/// caller gives it: they are always the current ones. Null when they no longer parse (then
/// `problems` says why).
std::shared_ptr<bot::Playbook> build_playbook(const DeskId& desk, const std::map<std::string, std::string>& sources,
                                              std::vector<Problem>& problems);

}  // namespace tsunagi::config
