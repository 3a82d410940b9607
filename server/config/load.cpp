#include "bot/base/japan_day.h"
#include "bot/guide/support.h"
#include "handoff/roster/holidays.h"
#include "server/config/check.h"
#include "server/config/config.h"
#include "server/config/forbidden.h"
#include "server/config/guide_config.h"
#include "server/config/hotline_config.h"
#include "server/config/phone_number.h"
#include "server/config/playbook_source.h"
#include "server/config/read_desk.h"
#include "server/config/read_file.h"
#include "server/config/read_rich_menus.h"
#include "server/config/risk_config.h"
#include "server/config/schema.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace tsunagi::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t desk_name_max = 32; // it stands in the webhook's address

bool is_desk_name(const std::string& name)
{
    const auto allowed = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
    };
    return !name.empty() && name.size() <= desk_name_max && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), allowed);
}

bool is_public_holiday(std::chrono::year_month_day day) { return handoff::public_holiday(day).has_value(); }

/// One reading of a config folder.
class Loading {
public:
    Loading(fs::path dir, Purpose purpose) : dir_(std::move(dir)), purpose_(purpose), problems_(loaded_.problems) {}

    Loaded run()
    {
        std::error_code failed;
        if (!fs::is_directory(dir_, failed)) {
            problems_.error(dir_.string(), 0, "there is no such config folder",
                            "give the folder that holds tsunagi.yaml: --config DIR");
            return std::move(loaded_);
        }
        read_server_file();
        read_risk_folder();
        read_support_folders();
        Sources messages;
        read_folder("messages", messages);
        for (const auto& desk : desk_folders()) read_desk_folder(desk, messages);
        std::sort(loaded_.problems.begin(), loaded_.problems.end(), [](const Problem& a, const Problem& b) {
            return std::tie(a.file, a.line, a.what) < std::tie(b.file, b.line, b.what);
        });
        return std::move(loaded_);
    }

private:
    std::string shown(const std::string& name) const { return (dir_ / name).string(); }

    /// One that is too large is for parse_yaml to refuse.
    std::optional<std::string> read_named(const std::string& name)
    {
        auto bytes = read_file(dir_ / name, file_bytes_max);
        if (!bytes) problems_.error(shown(name), 0, "cannot be read", "make the file, or give this user the right to read it");
        return bytes;
    }

    /// The parsed, replaced and schema-checked file; nothing when one of these went wrong.
    std::optional<Value> read_checked(const std::string& name, std::string_view schema)
    {
        const auto bytes = read_named(name);
        auto root = bytes ? parse_yaml(*bytes, shown(name), problems_) : std::nullopt;
        if (!root) return std::nullopt;
        replace_placeholders(*root, outside_world(dir_),
                             purpose_ == Purpose::serve ? Secrets::needed : Secrets::may_be_absent, problems_);
        if (!fits_schema(*root, schema, problems_)) return std::nullopt;
        return root;
    }

    void read_server_file()
    {
        if (const auto root = read_checked("tsunagi.yaml", "tsunagi"))
            loaded_.server = read_server(*root, dir_, purpose_, problems_);
    }

    /// Whether `folder` is there; if not, `missing` says what the desk goes without.
    bool has_folder(const char* folder, const char* missing)
    {
        std::error_code failed;
        if (fs::is_directory(dir_ / folder, failed)) return true;
        problems_.warning(shown(folder), 0, missing, "copy the folder from Tsunagi's own config/");
        return false;
    }

    void read_risk_folder()
    {
        if (has_folder("risk", "is not there: danger in what people write will not be noticed"))
            loaded_.risk = load_risk(dir_, loaded_.problems);
    }

    void read_support_folders()
    {
        if (!has_folder("guide", "is not there: no programme can be offered") ||
            !has_folder("hotlines", "is not there: no telephone line can be offered"))
            return;
        const auto today = japan_day(std::chrono::system_clock::now());
        auto hotlines = load_hotlines(dir_, today);
        lines_ = hotlines.lines;
        line_ids_ = hotlines.ids();
        forbidden_.emplace(lines_);
        auto guide = load_guide(dir_, today, &line_ids_, &*forbidden_);
        const bool sound = hotlines.ok() && guide.ok();
        for (auto* problems : {&hotlines.problems, &guide.problems})
            loaded_.problems.insert(loaded_.problems.end(), problems->begin(), problems->end());
        if (sound)
            loaded_.support =
                std::make_shared<const bot::Support>(std::move(guide.guide), std::move(hotlines.lines), is_public_holiday);
    }

    /// What this desk's people are offered: the catalogue, and what the desk knows better.
    std::shared_ptr<const bot::Support> support_of(const std::string& desk, const Value& root)
    {
        if (!loaded_.support) return nullptr;
        const auto today = japan_day(std::chrono::system_clock::now());
        auto own = load_desk_guide(dir_ / "desks" / desk, loaded_.support->guide(), today, line_ids_, &*forbidden_);
        loaded_.problems.insert(loaded_.problems.end(), own.problems.begin(), own.problems.end());
        check_regions(root["regions"]);
        auto regions = root["regions"].words();
        regions.insert(regions.begin(), desk);
        const auto& guide = own.ok() ? own.guide : loaded_.support->guide();
        return std::make_shared<const bot::Support>(guide, lines_, is_public_holiday, std::move(regions));
    }

    /// A region that no line names brings no line: most likely it is misspelt, and the lines of her own prefecture are never told.
    void check_regions(const Value& regions)
    {
        std::set<std::string> named;
        for (const auto& line : lines_) named.insert(line.regions.begin(), line.regions.end());
        const std::vector<std::string> known(named.begin(), named.end());
        for (const auto& region : regions.items)
            if (!named.contains(region.text))
                problems_.warning(region, "no line in config/hotlines is of the region " + in_quotes(region.text) + did_you_mean(region.text, known),
                                  "write it as `regions` of the lines does, or take it out");
    }

    /// Takes every *.yaml below `folder` into `sources`. A folder that is not there has none.
    void read_folder(const std::string& folder, Sources& sources)
    {
        std::error_code failed;
        for (const auto& entry : fs::directory_iterator(dir_ / folder, failed)) {
            const std::string name = folder + "/" + entry.path().filename().string();
            if (entry.path().filename().string().starts_with('.') || entry.is_directory(failed)) continue;
            if (entry.path().extension() != ".yaml") {
                problems_.warning(shown(name), 0, "is not read: its name does not end in .yaml",
                                  "rename it, or move it out of config/");
                continue;
            }
            if (auto bytes = read_named(name)) sources[name] = std::move(*bytes);
        }
    }

    std::vector<std::string> desk_folders()
    {
        std::vector<std::string> names;
        std::error_code failed;
        for (const auto& entry : fs::directory_iterator(dir_ / "desks", failed)) {
            const auto name = entry.path().filename().string();
            if (!entry.is_directory(failed) || name.starts_with('.')) continue;
            if (is_desk_name(name))
                names.push_back(name);
            else
                problems_.error(shown("desks/" + name), 0, in_quotes(name) + " is no name for a desk",
                                "use small letters, digits and -, at most 32: it stands in the webhook's address");
        }
        if (names.empty()) problems_.error(shown("desks"), 0, "there is no desk", "make desks/ID/desk.yaml");
        std::sort(names.begin(), names.end());
        return names;
    }

    void read_desk_folder(const std::string& name, const Sources& messages)
    {
        const std::string own = "desks/" + name + "/";
        const auto root = read_checked(own + "desk.yaml", "desk");
        if (!root) return;
        const DeskId id{name};
        DeskConfig config = read_desk(id, *root, problems_);
        find_phone_numbers(*root, problems_);

        Sources sources = messages;
        read_folder(own + "flows", sources);
        read_folder(own + "messages", sources);
        sources[desk_part_name] = playbook_part(*root);
        const DeskSource source = read_sources(id, sources);
        check_entry(source, *root);
        check_desk(source, problems_);
        if (forbidden_) check_forbidden(source);

        auto playbook = make_playbook(source, version_of(sources));
        playbook->risk = loaded_.risk;  // also tells which of a menu's words would ring
        config.rich_menus = read_menus(own + "rich-menus", *playbook, config.content_on_line == ContentOnLine::doorway);
        loaded_.desks.push_back(std::move(config));
        playbook->support = support_of(name, *root);
        loaded_.playbooks[id] = std::move(playbook);
        loaded_.sources[id] = std::move(sources);
    }

    /// The menus of a desk. What is not YAML beside them is their pictures.
    std::vector<RichMenu> read_menus(const std::string& folder, const bot::Playbook& playbook, bool doorway)
    {
        std::vector<std::string> names;
        std::error_code failed;
        for (const auto& entry : fs::directory_iterator(dir_ / folder, failed))
            if (entry.path().extension() == ".yaml") names.push_back(folder + "/" + entry.path().filename().string());
        std::sort(names.begin(), names.end());
        std::vector<Value> files;
        for (const auto& name : names) {
            auto root = read_checked(name, "rich_menu");
            if (!root) continue;
            find_phone_numbers(*root, problems_);
            if (forbidden_) forbidden_->check(*root, problems_);
            files.push_back(*std::move(root));
        }
        return read_rich_menus(files, {dir_ / folder, playbook, doorway}, problems_);
    }

    /// Reads, and keeps what stood behind placeholders beside the files.
    DeskSource read_sources(const DeskId& id, Sources& sources)
    {
        std::map<std::string, std::string> found;
        const SourceRules rules{(dir_ / "").string(), recording(outside_world(dir_), found)};
        DeskSource source = read_desk_source(id, sources, rules, problems_);
        for (auto& [inside, text] : found) sources["${" + inside + "}"] = std::move(text);
        return source;
    }

    /// A line is said to be open or free when it is not, in any text of the desk.
    void check_forbidden(const DeskSource& desk)
    {
        for (const auto& flow : desk.flows) forbidden_->check(flow.root, problems_);
        for (const auto& [key, message] : desk.messages) forbidden_->check(message.at, problems_);
    }

    void check_entry(const DeskSource& desk, const Value& root)
    {
        const Value flows = root["flows"];
        for (const char* key : {"entry", "again"}) {
            const auto* named = flows.find(key);
            if (!named || desk.flow(named->text)) continue;
            problems_.error(*named,
                            "there is no flow " + in_quotes(named->text) + did_you_mean(named->text, desk.flow_names()),
                            "write the name of a flow in desks/" + desk.id.text + "/flows");
        }
    }

    fs::path dir_;
    Purpose purpose_;
    Loaded loaded_;
    Problems problems_;
    std::vector<bot::Hotline> lines_;
    std::set<std::string> line_ids_;
    std::optional<ForbiddenPhrases> forbidden_;  ///< of `lines_`; nothing without a folder hotlines/
};

} // namespace

bool Loaded::ok() const
{
    return std::all_of(problems.begin(), problems.end(), [](const Problem& problem) { return problem.warning; });
}

Loaded load(const fs::path& dir, Purpose purpose) { return Loading(dir, purpose).run(); }

} // namespace tsunagi::config
