#include "server/config/schema.h"

#include "bot/base/text.h"
#include "server/config/schema_problem.h"
#include "server/config/schemas.h"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include <cmath>
#include <memory>
#include <mutex>

namespace tsunagi::config {
namespace {

using nlohmann::json;

/// std::regex climbs the stack with every character. No pattern of ours has to see more of a text than this.
constexpr std::size_t matched_units_max = 300;

constexpr double whole_number_max = 9e15; // beyond, a double is no exact integer any more

json scalar_to_json(const Value& value)
{
    if (const auto truth = value.truth()) return json(*truth);
    if (const auto number = value.number()) {
        const bool whole = std::trunc(*number) == *number && std::abs(*number) < whole_number_max;
        return whole ? json(static_cast<std::int64_t>(*number)) : json(*number);
    }
    return json(std::string(prefix_utf16(value.text, matched_units_max)));
}

json to_json(const Value& value)
{
    if (value.is_scalar()) return scalar_to_json(value);
    if (value.is_sequence()) {
        json list = json::array();
        for (const auto& item : value.items) list.push_back(to_json(item));
        return list;
    }
    if (value.is_map()) {
        json object = json::object();
        for (const auto& field : value.fields) object[field.key] = to_json(field.value);
        return object;
    }
    return json(nullptr);
}

constexpr std::string_view schema_suffix = ".schema.json#";

/// Makes references to neighbouring schemas (`story.schema.json#/definitions/step`, as editors resolve them) local, and
/// remembers whose definitions are wanted.
void make_local(json& node, std::vector<std::string>& neighbours)
{
    if (!node.is_structured()) return; // a loop over a scalar would meet the scalar itself
    if (node.is_object() && node.contains("$ref")) {
        auto& reference = node["$ref"].get_ref<std::string&>();
        const auto at = reference.find(schema_suffix);
        if (at != std::string::npos) {
            neighbours.push_back(reference.substr(0, at));
            reference.erase(0, at + schema_suffix.size() - 1);
        }
    }
    for (auto& child : node) make_local(child, neighbours);
}

json read_schema(std::string_view name)
{
    json schema = json::parse(schema_texts().find(name)->second);
    std::vector<std::string> neighbours;
    make_local(schema, neighbours);
    for (const auto& neighbour : neighbours) {
        const json other = read_schema(neighbour);
        for (const auto& [key, definition] : other["definitions"].items())
            schema["definitions"].emplace(key, definition);
    }
    return schema;
}

struct Compiled {
    json text;
    valijson::Schema schema;
};

/// Each schema is compiled once. valijson's Schema is only read afterwards.
const Compiled& compiled(std::string_view name)
{
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<const Compiled>, std::less<>> known;
    const std::lock_guard lock(mutex);
    const auto found = known.find(name);
    if (found != known.end()) return *found->second;

    auto fresh = std::make_unique<Compiled>();
    fresh->text = read_schema(name);
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(fresh->text), fresh->schema);
    return *known.emplace(std::string(name), std::move(fresh)).first->second;
}

/// `<root>`, `[nodes]`, `[0]`: without the first and without brackets.
std::vector<std::string> to_path(const std::vector<std::string>& context)
{
    std::vector<std::string> path;
    for (std::size_t i = 1; i < context.size(); ++i) path.push_back(context[i].substr(1, context[i].size() - 2));
    return path;
}

} // namespace

bool fits_schema(const Value& root, std::string_view name, Problems& problems)
{
    const Compiled& schema = compiled(name);
    const json document = to_json(root);
    valijson::Validator validator;
    valijson::ValidationResults results;
    const valijson::adapters::NlohmannJsonAdapter target(document);
    if (validator.validate(schema.schema, target, &results)) return true;

    const auto before = problems.errors();
    for (const auto& error : results) report({to_path(error.context), error.description}, root, schema.text, problems);
    if (problems.errors() == before)
        problems.error(root, "does not fit the schema " + std::string(name), "compare it with config/schema");
    return false;
}

} // namespace tsunagi::config
