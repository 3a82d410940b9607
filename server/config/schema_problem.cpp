#include "server/config/schema_problem.h"

#include <algorithm>
#include <regex>

namespace tsunagi::config {
namespace {

using nlohmann::json;
using Schemas = std::vector<const json*>;

/// Collects every part of a schema that speaks about the value at `path`.
class Applicable {
public:
    Applicable(const json& root, const std::vector<std::string>& path) : root_(root), path_(path) { collect(root, 0); }
    const Schemas& found() const { return found_; }

private:
    void collect(const json& schema, std::size_t depth)
    {
        if (!schema.is_object()) return;
        if (depth == path_.size())
            found_.push_back(&schema); // with the words beside a reference, before what it refers to
        if (schema.contains("$ref"))
            return collect(root_.at(json::json_pointer(schema["$ref"].get<std::string>().substr(1))), depth);
        if (depth == path_.size()) return;
        const std::string& step = path_[depth];
        if (schema.contains("items")) collect(schema["items"], depth + 1);
        if (schema.contains("properties") && schema["properties"].contains(step))
            return collect(schema["properties"][step], depth + 1);
        if (schema.contains("patternProperties"))
            for (const auto& [pattern, child] : schema["patternProperties"].items())
                if (std::regex_search(step, std::regex(pattern))) return collect(child, depth + 1);
        if (schema.contains("additionalProperties")) collect(schema["additionalProperties"], depth + 1);
    }

    const json& root_;
    const std::vector<std::string>& path_;
    Schemas found_;
};

/// The value a path leads to, and where an editor's cursor belongs for it: the line of its key.
struct Spot {
    const Value* value = nullptr;
    int line = 1;
    std::string name; ///< its own key; of a list's entry the list's key
};

Spot find_spot(const Value& root, const std::vector<std::string>& path)
{
    Spot spot{&root, 1, {}};
    for (const auto& step : path) {
        const Value* next = nullptr;
        if (spot.value->is_sequence()) {
            const auto index = static_cast<std::size_t>(std::strtoul(step.c_str(), nullptr, 10));
            if (index >= spot.value->items.size()) break;
            next = &spot.value->items[index];
            spot.line = next->line;
        } else {
            next = spot.value->find(step);
            if (!next) break;
            spot.line = spot.value->line_of(step);
            spot.name = step;
        }
        spot.value = next;
    }
    return spot;
}

std::string shown(const Spot& spot)
{
    if (!spot.value->is_scalar()) return spot.name.empty() ? "this file" : in_quotes(spot.name);
    return spot.value->replaced ? "the value of " + in_quotes(spot.name) : in_quotes(spot.value->text);
}

std::string called(const Spot& spot) { return spot.name.empty() ? "this file" : in_quotes(spot.name); }

template <class Take>
void for_each(const Schemas& schemas, const char* keyword, Take take)
{
    for (const json* schema : schemas)
        if (schema->contains(keyword)) take((*schema)[keyword]);
}

std::string description(const Schemas& schemas)
{
    std::string text;
    for_each(schemas, "description", [&](const json& found) {
        if (text.empty()) text = found.get<std::string>();
    });
    return text;
}

/// What is said where the form itself is written down; else what is said of the value.
std::string form(const Schemas& schemas)
{
    for (const json* schema : schemas)
        if (schema->contains("pattern") && schema->contains("description"))
            return (*schema)["description"].get<std::string>();
    return description(schemas);
}

std::vector<std::string> words_of(const json& list_or_word)
{
    std::vector<std::string> words;
    const auto add = [&](const json& word) {
        words.push_back(word.is_string() ? word.get<std::string>() : word.dump());
    };
    if (list_or_word.is_array())
        std::for_each(list_or_word.begin(), list_or_word.end(), add);
    else
        add(list_or_word);
    return words;
}

std::string type_in_words(const std::string& type)
{
    if (type == "string") return "text";
    if (type == "integer") return "a whole number";
    if (type == "number") return "a number";
    if (type == "boolean") return "true or false";
    if (type == "array") return "a list";
    if (type == "object") return "a map of keys";
    return "nothing";
}

std::string joined(const std::vector<std::string>& parts, const std::string& last)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? "" : i + 1 == parts.size() ? last : ", ") + parts[i];
    return text;
}

void wrong_type(const Spot& spot, const Schemas& schemas, Problems& problems)
{
    std::vector<std::string> types;
    for_each(schemas, "type", [&](const json& found) {
        for (const auto& type : words_of(found)) types.push_back(type_in_words(type));
    });
    const bool wants_text = std::find(types.begin(), types.end(), "text") != types.end();
    const bool read_as_other = spot.value->is_scalar() && spot.value->plain;
    std::string mend = wants_text && read_as_other ? "put it in quotes" : "write " + joined(types, " or ") + " here";
    if (wants_text && spot.value->is_null()) mend = "write the text; inside {…} a comma ends it, so put it in quotes";
    if (const auto more = description(schemas); !more.empty()) mend += ". " + more;
    problems.error(spot.value->file(), spot.line, called(spot) + " must be " + joined(types, " or "), mend);
}

void unknown_keys(const Spot& spot, const Schemas& schemas, Problems& problems)
{
    std::vector<std::string> known;
    std::vector<std::regex> patterns;
    for_each(schemas, "properties", [&](const json& found) {
        for (const auto& [key, child] : found.items()) known.push_back(key);
    });
    for_each(schemas, "patternProperties", [&](const json& found) {
        for (const auto& [pattern, child] : found.items()) patterns.emplace_back(pattern);
    });
    for (const auto& field : spot.value->fields) {
        if (std::find(known.begin(), known.end(), field.key) != known.end()) continue;
        const bool fits = std::any_of(patterns.begin(), patterns.end(), [&](const std::regex& form) {
            return std::regex_search(field.key.substr(0, 200), form);
        });
        if (fits && field.key.size() <= 200) continue;
        const std::string mend = patterns.empty() ? "known here: " + joined(known, " and ") : description(schemas);
        problems.error(spot.value->file(), field.line,
                       "unknown key " + in_quotes(field.key) + did_you_mean(field.key, known), mend);
    }
}

void missing_key(const Spot& spot, const std::string& key, const json& schema, std::vector<std::string> path,
                 Problems& problems)
{
    path.push_back(key);
    const auto about = description(Applicable(schema, path).found());
    problems.error(spot.value->file(), spot.line,
                   (spot.name.empty() ? "" : called(spot) + " has no ") + in_quotes(key) +
                       (spot.name.empty() ? " is missing" : ""),
                   "add `" + key + ": …`" + (about.empty() ? "" : ". " + about));
}

void wrong_word(const Spot& spot, const Schemas& schemas, Problems& problems)
{
    std::vector<std::string> allowed;
    for_each(schemas, "enum", [&](const json& found) { allowed = words_of(found); });
    const std::string guess = spot.value->is_scalar() ? did_you_mean(spot.value->text, allowed) : "";
    problems.error(spot.value->file(), spot.line, shown(spot) + " is not allowed for " + called(spot) + guess,
                   "write " + any_of(allowed));
}

/// The word between the quotes that end a sentence of valijson's: `... property 'next'.`
std::string named_in(const std::string& sentence)
{
    const auto end = sentence.rfind('\'');
    const auto begin = end == std::string::npos || end == 0 ? std::string::npos : sentence.rfind('\'', end - 1);
    return begin == std::string::npos ? "" : sentence.substr(begin + 1, end - begin - 1);
}

std::string number_of(const Schemas& schemas, const char* keyword)
{
    std::string number;
    for_each(schemas, keyword, [&](const json& found) { number = found.dump(); });
    return number;
}

} // namespace

void report(const Deviation& deviation, const Value& root, const json& schema, Problems& problems)
{
    const std::string& sentence = deviation.description;
    const Spot spot = find_spot(root, deviation.path);
    const Applicable applicable(schema, deviation.path);
    const Schemas& schemas = applicable.found();
    const auto says = [&](const char* beginning) { return sentence.starts_with(beginning); };
    const auto wrong = [&](const std::string& what, const std::string& mend) {
        problems.error(spot.value->file(), spot.line, what, mend);
    };

    if (says("Value type not permitted")) return wrong_type(spot, schemas, problems);
    if (says("Object contains a property")) return unknown_keys(spot, schemas, problems);
    if (says("Missing required property"))
        return missing_key(spot, named_in(sentence), schema, deviation.path, problems);
    if (says("Failed to match against any enum")) return wrong_word(spot, schemas, problems);
    if (says("Failed to match regex"))
        return wrong(shown(spot) + " does not have the form of " + called(spot), form(schemas));
    if (says("Expected number greater"))
        return wrong(called(spot) + " is too small", "write " + number_of(schemas, "minimum") + " or more");
    if (says("Expected number less"))
        return wrong(called(spot) + " is too large", "write " + number_of(schemas, "maximum") + " or less");
    if (says("Array should contain no fewer"))
        return wrong(called(spot) + " has too few entries", "write at least " + number_of(schemas, "minItems"));
    if (says("Array should contain no more"))
        return wrong(called(spot) + " has too many entries", "write at most " + number_of(schemas, "maxItems"));
    if (says("String should be no fewer"))
        return wrong(called(spot) + " is empty", "write the text, or leave the key out");
    if (says("Object should have no fewer"))
        return wrong(called(spot) + " is empty", "write at least one key below it");
    if (says("Elements at indexes")) return wrong(called(spot) + " has the same entry twice", "keep one of the two");
}

} // namespace tsunagi::config
