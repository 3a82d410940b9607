#include "server/config/playbook_source.h"
#include "bot/base/hex.h"
#include "server/config/read_flow.h"
#include "server/config/schema.h"

#include <openssl/evp.h>

#include <array>
#include <filesystem>
#include <stdexcept>

namespace tsunagi::config {
namespace {

constexpr std::size_t version_letters = 32; // 128 bits: no two playbooks of a desk ever meet

Resolver from_sources(const Sources& sources)
{
    std::map<std::string, std::string> record;
    for (const auto& [name, bytes] : sources)
        if (name.starts_with("${") && name.ends_with('}')) record[name.substr(2, name.size() - 3)] = bytes;
    return from_record(std::move(record));
}

/// Files of one folder among the sources, parsed, with placeholders replaced, that fit the schema. `unsound` takes
/// those that do not, and `unread` the names of those that are no YAML at all.
struct Folder {
    std::vector<Value> sound;
    std::vector<Value> unsound;
    std::vector<std::string> unread;
};

class Reading {
public:
    Reading(const Sources& sources, const SourceRules& rules, Problems& problems)
        : sources_(sources), rules_(rules), problems_(problems)
    {
    }

    Folder folder(const std::string& folder, std::string_view schema)
    {
        Folder read;
        for (auto source = sources_.lower_bound(folder); source != sources_.end() && source->first.starts_with(folder);
             ++source) {
            auto root = parse_yaml(source->second, rules_.prefix + source->first, problems_);
            if (!root) {
                read.unread.push_back(source->first);
                continue;
            }
            replace_placeholders(*root, rules_.resolver, Secrets::none, problems_);
            const bool fits = rules_.trusted || fits_schema(*root, schema, problems_);
            (fits ? read.sound : read.unsound).push_back(std::move(*root));
        }
        return read;
    }

    Value desk_part()
    {
        const auto part = sources_.find(desk_part_name);
        std::optional<Value> root;
        if (part != sources_.end()) root = parse_yaml(part->second, rules_.prefix + desk_part_name, problems_);
        return root.value_or(Value{});
    }

private:
    const Sources& sources_;
    const SourceRules& rules_;
    Problems& problems_;
};

void add_flow(DeskSource& desk, Value root, bool sound, Problems& problems)
{
    FlowSource source{FlowId{root["flow"].text}, std::move(root), {}, sound};
    if (source.id.empty()) return; // its schema problem is told
    if (const auto* first = desk.flow(source.id.text)) {
        problems.error(source.root.file(), source.root.line_of("flow"),
                       "a second flow is named " + in_quotes(source.id.text) + " (first in " + first->root.file() + ")",
                       "give it a name of its own, the same as its file's");
        return;
    }
    if (sound) source.flow = read_flow(source.root);
    desk.flows.push_back(std::move(source));
}

} // namespace

DeskSource read_desk_source(const DeskId& desk, const Sources& sources, const SourceRules& rules, Problems& problems)
{
    DeskSource read;
    read.id = desk;
    Reading reading(sources, rules, problems);
    const Value part = reading.desk_part();
    read.name = part["name"].text;
    read.languages = part["languages"].words();
    read.entry = FlowId{part["flows"]["entry"].text};
    read.again = FlowId{part["flows"]["again"].text};
    read.stages = part["stages"].words();
    read.human_words = part["human_words"].words();
    read.unknown_words = part["unknown_words"].words();
    read.greeting_words = part["greeting_words"].words();

    const std::string own = "desks/" + desk.text + "/";
    Folder flows = reading.folder(own + "flows/", "flow");
    for (auto& root : flows.sound) add_flow(read, std::move(root), true, problems);
    for (auto& root : flows.unsound) add_flow(read, std::move(root), false, problems);
    for (const auto& name : flows.unread)
        read.flows.push_back({FlowId{std::filesystem::path(name).stem().string()}, {}, {}, false});

    const Folder common = reading.folder("messages/", "messages");
    const Folder overrides = reading.folder(own + "messages/", "messages");
    read_messages(read, common.sound, overrides.sound, problems);
    read.messages_folder = rules.prefix + "messages";
    read.messages_sound =
        common.unsound.empty() && common.unread.empty() && overrides.unsound.empty() && overrides.unread.empty();
    return read;
}

std::shared_ptr<bot::Playbook> make_playbook(const DeskSource& source, const PlaybookVersion& version)
{
    auto playbook = std::make_shared<bot::Playbook>();
    playbook->desk = source.id;
    playbook->version = version;
    playbook->languages = source.languages;
    playbook->entry = source.entry;
    playbook->again = source.again;
    for (const auto& flow : source.flows)
        if (flow.sound) playbook->flows[flow.id] = flow.flow;
    for (const auto& [key, message] : source.messages) playbook->messages[key] = message.texts;
    playbook->human_words = source.human_words;
    playbook->unknown_words = source.unknown_words;
    playbook->greeting_words = source.greeting_words;
    playbook->desk_name = source.name;
    bot::prepare(*playbook);
    return playbook;
}

PlaybookVersion version_of(const Sources& sources)
{
    std::string all;
    for (const auto& [name, bytes] : sources)
        all += std::to_string(name.size()) + ":" + name + std::to_string(bytes.size()) + ":" + bytes;

    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (EVP_Digest(all.data(), all.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 is not available");

    return PlaybookVersion{to_hex(digest, version_letters / 2)};
}

std::shared_ptr<bot::Playbook>
build_playbook(const DeskId& desk, const std::map<std::string, std::string>& sources, std::vector<Problem>& problems)
{
    Problems told(problems);
    const DeskSource source = read_desk_source(desk, sources, {"", from_sources(sources), true}, told);
    if (source.flow(source.entry.text) == nullptr)
        told.error(desk_part_name, 1, "the entry flow is missing", "these sources are no playbook");
    return told.errors() == 0 ? make_playbook(source, version_of(sources)) : nullptr;
}

} // namespace tsunagi::config
