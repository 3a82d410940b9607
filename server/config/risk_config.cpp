#include "server/config/risk_config.h"

#include "server/config/read_file.h"
#include "server/config/schema.h"
#include "server/config/yaml.h"

#include <algorithm>
#include <iterator>

namespace tsunagi::config {
namespace {

namespace fs = std::filesystem;

/// A block of text is one pattern a line; a list is one pattern an item.
std::vector<bot::PatternSource> read_patterns(const Value& value)
{
    std::vector<bot::PatternSource> patterns;
    if (value.is_sequence()) {
        for (const auto& item : value.items) patterns.push_back({item.text, item.file(), item.line});
        return patterns;
    }
    int line = value.line;
    for (std::size_t at = 0; at < value.text.size();) {
        const auto end = std::min(value.text.find('\n', at), value.text.size());
        ++line;  // a block's first line stands under its `|`
        if (end > at) patterns.push_back({value.text.substr(at, end - at), value.file(), line});
        at = end + 1;
    }
    return patterns;
}

std::vector<bot::RiskCategory> read_categories(const Value& value)
{
    std::vector<bot::RiskCategory> categories;
    for (const auto& name : value.words())
        if (const auto category = bot::risk_category(name)) categories.push_back(*category);
    return categories;
}

int whole(const Value& value, int otherwise)
{
    const auto number = value.number();
    return number ? static_cast<int>(*number) : otherwise;
}

bot::RiskScript script_of(const Value& value)
{
    return value["script"].text == "latin" ? bot::RiskScript::latin : bot::RiskScript::japanese;
}

bot::ModifierPlace place_of(const std::string& name)
{
    if (name == "before") return bot::ModifierPlace::before;
    if (name == "sentence") return bot::ModifierPlace::sentence;
    if (name == "message") return bot::ModifierPlace::message;
    return bot::ModifierPlace::after;
}

bot::LikenessSource read_likeness(const Value& value)
{
    bot::LikenessSource likeness;
    likeness.rules = read_patterns(value["rules"]);
    likeness.base_danger = whole(value["base-danger"], 0);
    likeness.base_high = whole(value["base-high"], 0);
    likeness.base_now = whole(value["base-now"], 0);
    likeness.danger_from = whole(value["danger-from"], 0);
    likeness.passage_from = whole(value["passage-from"], 0);
    likeness.story_from = whole(value["story-from"], 0);
    likeness.elsewhere_lower = whole(value["elsewhere-lower"], 0);
    likeness.high_from = whole(value["high-from"], 0);
    likeness.now_from = whole(value["now-from"], 0);
    likeness.ordinary_below = whole(value["ordinary-below"], 0);
    likeness.ordinary_passage_below = whole(value["ordinary-passage-below"], 0);
    likeness.ordinary_applies = value["ordinary-applies"].words();
    likeness.reason_danger = value["reason-danger"].text;
    likeness.reason_high = value["reason-high"].text;
    likeness.reason_now = value["reason-now"].text;
    likeness.place = {"", value.file(), value.line};
    return likeness;
}

void add_file(const Value& root, bot::RiskSource& source)
{
    for (const auto& field : root["spellings"].fields)
        source.spellings.push_back({field.key, {field.value.text, field.value.file(), field.line}});
    for (const auto& field : root["words"].fields)
        source.words.push_back({field.key, {field.value.text, field.value.file(), field.line}});
    for (const auto& rule : root["rules"].items)
        source.rules.push_back({rule["id"].text, read_categories(rule["category"]), whole(rule["level"], 0), rule["reason"].text,
                                rule["tags"].words(), script_of(rule), rule["firm"].truth().value_or(false), read_patterns(rule["patterns"])});
    for (const auto& idiom : root["idioms"].items)
        source.idioms.push_back({idiom["id"].text, script_of(idiom), read_patterns(idiom["patterns"])});
    for (const auto& modifier : root["modifiers"].items)
        source.modifiers.push_back({modifier["id"].text, place_of(modifier["place"].text), whole(modifier["within"], 0), whole(modifier["cap"], 1),
                                    modifier["applies"].words(), script_of(modifier), modifier["if-everyday"].truth().value_or(false), read_patterns(modifier["patterns"])});
    for (const auto& combination : root["combinations"].items)
        source.combinations.push_back({combination["id"].text, read_categories(combination["category"]), whole(combination["level"], 0),
                                       combination["reason"].text, combination["within"].text == "sentence", combination["all"].words(),
                                       {"", combination.file(), combination.line}});
    if (const auto* likeness = root.find("likeness")) source.likeness = read_likeness(*likeness);
}

}  // namespace

bot::RiskSource read_risk(const fs::path& config_dir, std::vector<Problem>& list)
{
    Problems problems(list);
    const auto folder = config_dir / "risk";
    std::vector<fs::path> files;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.path().extension() == ".yaml" && !entry.path().filename().string().starts_with('.')) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    if (files.empty()) problems.error(folder.string(), 0, "there are no risk rules", "keep config/risk beside the desks: without it no danger is seen");

    bot::RiskSource source;
    std::vector<bot::PatternSource> pieces;
    for (const auto& path : files) {
        const auto bytes = read_file(path, file_bytes_max);
        if (!bytes) {
            problems.error(path.string(), 0, "cannot be read", "give this user the right to read it");
            continue;
        }
        const auto root = parse_yaml(*bytes, path.string(), problems);
        if (!root || !fits_schema(*root, "risk", problems)) continue;
        add_file(*root, source);
        if (const auto* lines = root->find("likeness-pieces"))  // more than one file may be long
            pieces.push_back({lines->text, lines->file(), lines->line + 1});  // a block's first line stands under its `|`
    }
    if (source.likeness) source.likeness->pieces = std::move(pieces);
    return source;
}

std::shared_ptr<const bot::RiskRules> load_risk(const fs::path& config_dir, std::vector<Problem>& list)
{
    std::vector<Problem> found;
    const auto source = read_risk(config_dir, found);
    std::shared_ptr<const bot::RiskRules> rules;
    if (std::none_of(found.begin(), found.end(), [](const Problem& problem) { return !problem.warning; })) {
        auto compiled = bot::compile_risk_rules(source);
        if (compiled) {
            rules = std::move(*compiled);
        } else {
            Problems problems(found);
            for (const auto& mistake : compiled.error()) problems.error(mistake.file, mistake.line, mistake.what, mistake.mend);
        }
    }
    list.insert(list.end(), found.begin(), found.end());
    return rules;
}

}  // namespace tsunagi::config
