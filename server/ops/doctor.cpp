#include "server/ops/doctor.h"

#include "bot/guide/support.h"
#include "server/config/config.h"
#include "server/config/guide_config.h"
#include "server/config/language_gaps.h"
#include "server/http/tls_files.h"
#include "server/http/url.h"
#include "server/ops/closed_days.h"
#include "server/ops/report.h"

#include <algorithm>
#include <fstream>
#include <vector>

namespace tsunagi::ops {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t staff_min = 2;  // one alone is nobody when she is ill, and nobody looks over her shoulder
constexpr std::size_t checklist_lines_max = 10'000;
constexpr long certificate_days_min = 14;  // an automatic renewal comes earlier

class Findings {
public:
    explicit Findings(std::ostream& out) : out_(out) {}

    void open(const std::string& what, const std::string& mend)
    {
        out_ << "open: " << what << "; " << mend << '\n';
        ++open_;
    }
    void note(const std::string& what, const std::string& mend)
    {
        out_ << "note: " << what << "; " << mend << '\n';
        ++notes_;
    }
    std::size_t opened() const { return open_; }
    std::size_t noted() const { return notes_; }

private:
    std::ostream& out_;
    std::size_t open_ = 0;
    std::size_t notes_ = 0;
};

std::string joined(const std::vector<std::string>& words)
{
    std::string all;
    for (const auto& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

// ---------------------------------------------------------------------------- config

void check_config(const config::Loaded& loaded, Findings& findings)
{
    for (const auto& problem : loaded.problems) {
        const auto place = problem.line > 0 ? problem.file + ":" + std::to_string(problem.line) : problem.file;
        problem.warning ? findings.note(place + ": " + problem.what, problem.mend)
                        : findings.open(place + ": " + problem.what, problem.mend);
    }
}

/// `https://host:8443/x` -> `host`.
std::string host_of(std::string_view url)
{
    const auto address = http::parse_web_address(url);
    const auto base = address ? http::parse_base(address->base) : std::nullopt;
    return base ? base->host : std::string();
}

/// That the files can be read and belong together, config has looked at.
void check_certificate(const config::ServerConfig& server, std::chrono::sys_seconds now, Findings& findings)
{
    const auto host = host_of(server.public_url);
    const auto facts = http::certificate_facts(server.listen.certificate_file, host);
    if (!facts) return;
    const auto day = day_text(std::chrono::floor<std::chrono::days>(facts->ends));
    const auto days_left = std::chrono::floor<std::chrono::days>(facts->ends - now).count();
    if (facts->ends <= now)
        findings.open("the certificate ended on " + day, "renew it, then SIGHUP; let the renewal run by itself");
    else if (days_left < certificate_days_min)
        findings.open("the certificate ends on " + day + ", in " + counted(static_cast<std::size_t>(days_left), "day"),
                      "renew it, then SIGHUP; let the renewal run by itself");
    if (!facts->names_host)
        findings.open("the certificate is not for " + host + ", the name in public_url", "get one for this name, or mend public_url");
}

void check_server(const config::ServerConfig& server, Findings& findings)
{
    if (!server.listen.certificate_file.empty())
        check_certificate(server, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()), findings);
    if (!server.public_url.starts_with("https://"))
        findings.open("public_url is not https: LINE refuses it, and everything said could be read on the way",
                      "serve by TLS (listen.tls, or a proxy) and write the outside https address");
    else if (server.listen.certificate_file.empty())
        findings.note("TLS ends before this server",
                      "make sure that the proxy speaks TLS 1.2 or newer, leaves body and headers alone, sets X-Forwarded-For and "
                      "X-Forwarded-Proto, and stands in listen.proxies when it is not on this machine");
    if (!server.backup)
        findings.note("the server makes no copies of what is kept", "write store: {backup: {folder: ...}}, or see to copies yourselves; then try to bring one back");
    if (!server.line_sending) findings.open("line.sending is off: nothing goes out", "switch it on");
}

/// What a person must decide, not a default: whether it stands in desk.yaml at all.
bool is_written(const fs::path& config_dir, const DeskId& desk, const char* key)
{
    std::vector<config::Problem> told_already;
    config::Problems problems(told_already);
    for (const auto& root : config::read_yaml_folder(config_dir / "desks" / desk.text, problems))
        if (fs::path(root.file()).filename() == "desk.yaml") return root.find(key) != nullptr;
    return false;
}

void check_desk(const fs::path& config_dir, const config::DeskConfig& desk, const DoctorOptions& options,
                Findings& findings)
{
    const auto name = "desk " + desk.id.text + ": ";
    if (!is_written(config_dir, desk.id, "content_on_line"))
        findings.open(name + "nobody has chosen whether talks go through LINE",
                      "write content_on_line: in_line or doorway; deploy/before-you-open.md explains the choice");
    if (desk.retention_chat_days <= 0)
        findings.open(name + "no time of keeping is set", "write retention: {chat_days: ...} as your rules say");
    if (desk.line_channels.empty() && !desk.web_chat.enabled)
        findings.open(name + "has neither a LINE channel nor web chat", "connect one, or switch web chat on");
    if (!desk.on_call.configured())
        findings.note(name + "nobody is told of danger while no counselor is on duty",
                      "write on_call: {webhook_url: ...} or on_call: {email: ...}");
    if (!options.staff)
        findings.note(name + "staff were not counted", "stop the server and give --data DIR");
    else if (const auto found = options.staff->find(desk.id.text);
             found == options.staff->end() || found->second < staff_min)
        findings.open(name + "fewer than two people can answer", "make accounts: tsunagi account add");
}

// ---------------------------------------------------------------------------- numbers and texts

void check_support(const bot::Support& support, std::chrono::sys_days today, Findings& findings)
{
    std::vector<std::string> never, late, unsure;
    for (const auto& line : support.hotlines()) {
        const auto review = config::day_of(line.review_by);
        if (!line.enabled) continue;
        if (line.verified_at.empty() || line.verified_by.empty() || line.source_url.empty()) never.push_back(line.id);
        if (review && *review < today) late.push_back(line.id);
    }
    for (const auto& programme : support.guide().programmes)
        if (programme.confidence == bot::Confidence::c) unsure.push_back(programme.id);
    if (!never.empty())
        findings.open(
            std::to_string(never.size()) + " lines that may be shown were never verified: " + joined(never),
            "call each up, read its operator's page, write source_url, verified_at and verified_by, or enabled: false");
    if (!late.empty())
        findings.open("verified too long ago: " + joined(late), "call them up again and write the next review_by");
    if (!unsure.empty())
        findings.note("programmes from a weak source: " + joined(unsure),
                      "ask the owning department, or write your own under desks/ID/guide");
}

void check_languages(const fs::path& config_dir, const std::vector<config::DeskConfig>& desks, Findings& findings)
{
    const auto gaps = config::language_gaps(config_dir);
    for (const auto& language : gaps.languages) {
        const bool spoken = std::ranges::any_of(desks, [&](const auto& desk) {
            return std::ranges::find(desk.languages, language) != desk.languages.end();
        });
        std::vector<std::string> missing;
        for (const auto& kind : gaps.kinds)
            if (kind.missing.at(language) > 0)
                missing.push_back(std::to_string(kind.missing.at(language)) + " of " + kind.name);
        if (spoken && !missing.empty())
            findings.note("texts that stand in Japanese alone, for " + language + ": " + joined(missing),
                          "translate them, or take the language out of desk.yaml");
    }
}

// ---------------------------------------------------------------------------- the checklist

fs::path checklist_of(const DoctorOptions& options)
{
    if (!options.checklist.empty()) return options.checklist;
    std::error_code failed;
    const auto own = options.config_dir / "before-you-open.md";
    if (fs::is_regular_file(own, failed)) return own;
    return fs::weakly_canonical(options.config_dir).parent_path() / "deploy" / "before-you-open.md";
}

/// `- [ ] **必須** `id` text`
struct ChecklistLine {
    bool done = false;
    bool essential = false;
    std::string id;
    std::string text;
};

std::optional<ChecklistLine> read_checklist_line(std::string_view line)
{
    ChecklistLine read;
    if (!line.starts_with("- [") || line.size() < 6 || line[4] != ']') return std::nullopt;
    read.done = line[3] == 'x' || line[3] == 'X';
    line.remove_prefix(5);
    const auto open = line.find('`');
    const auto close = open == line.npos ? line.npos : line.find('`', open + 1);
    if (close == line.npos) return std::nullopt;
    read.essential = line.substr(0, open).find("必須") != line.npos;
    read.id = line.substr(open + 1, close - open - 1);
    const auto text = line.find_first_not_of(' ', close + 1);
    read.text = text == line.npos ? "" : line.substr(text);
    return read;
}

void check_checklist(const fs::path& path, Findings& findings)
{
    std::ifstream file(path);
    if (!file)
        return findings.open("there is no checklist " + path.string(),
                             "copy deploy/before-you-open.md into config/ and tick what is done");
    std::size_t number = 0;
    std::size_t lines = 0;
    for (std::string line; std::getline(file, line) && number < checklist_lines_max;) {
        ++number;
        const auto read = read_checklist_line(line);
        if (!read) continue;
        ++lines;
        if (read->done) continue;
        const auto what = path.string() + ":" + std::to_string(number) + ": " + read->id + " " + read->text;
        read->essential ? findings.open(what, "tick it when it is done")
                        : findings.note(what, "tick it when it is done");
    }
    if (lines == 0)
        findings.open(path.string() + " has no line of a checklist", "begin again with deploy/before-you-open.md");
}

}  // namespace

int doctor(const DoctorOptions& options, std::ostream& out)
{
    auto loaded = config::load(options.config_dir, config::Purpose::serve);
    const auto closed_days = closed_days_that_run_out(options.config_dir, loaded, options.today);
    loaded.problems.insert(loaded.problems.end(), closed_days.begin(), closed_days.end());
    Findings findings(out);
    check_config(loaded, findings);
    check_server(loaded.server, findings);
    for (const auto& desk : loaded.desks) check_desk(options.config_dir, desk, options, findings);
    for (const auto& found : options.in_store) found.is_essential ? findings.open(found.what, found.mend) : findings.note(found.what, found.mend);
    if (loaded.support) check_support(*loaded.support, options.today, findings);
    if (!loaded.support)
        findings.open("no programmes and telephone lines can be offered", "mend config/guide and config/hotlines");
    check_languages(options.config_dir, loaded.desks, findings);
    check_checklist(checklist_of(options), findings);
    out << findings.opened() << " open, " << counted(findings.noted(), "note")
        << (findings.opened() == 0 ? ": ready\n" : ": not ready\n");
    return findings.opened() == 0 ? 0 : 1;
}

}  // namespace tsunagi::ops
