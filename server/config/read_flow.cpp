#include "server/config/read_flow.h"

#include <array>
#include <map>
#include <utility>

namespace tsunagi::config {
namespace {

NodeId node_id(const Value& value) { return NodeId{value.text}; }

bool flag(const Value& node, const char* key) { return node[key].truth().value_or(false); }

bot::Condition read_condition(const Value& value)
{
    bot::Condition condition;
    condition.answer = value["answer"].text;
    condition.is = value["is"].words();
    condition.given = flag(value, "given");
    return condition;
}

std::vector<bot::Condition> read_conditions(const Value& value)
{
    if (value.is_map()) return {read_condition(value)};
    std::vector<bot::Condition> conditions;
    for (const auto& item : value.items) conditions.push_back(read_condition(item));
    return conditions;
}

bot::Say read_say(const Value& node) { return {.texts = read_texts(node["say"]), .next = node_id(node["next"])}; }

bot::Choice read_choice(const Value& value)
{
    bot::Choice choice;
    choice.id = value["id"].text;
    choice.labels = read_texts(value["label"]);
    choice.also = value["also"].words();
    choice.next = node_id(value["next"]);
    if (const auto* language = value.find("language")) choice.language = language->text;
    return choice;
}

bot::AskKind read_ask_kind(const std::string& word)
{
    static const std::map<std::string, bot::AskKind> kinds{
        {"text", bot::AskKind::text},     {"choice", bot::AskKind::choice}, {"choices", bot::AskKind::choices},
        {"number", bot::AskKind::number}, {"date", bot::AskKind::date},     {"age", bot::AskKind::age}};
    const auto known = kinds.find(word);
    return known == kinds.end() ? bot::AskKind::text : known->second;
}

bot::Ask read_ask(const Value& node)
{
    bot::Ask ask;
    ask.kind = read_ask_kind(node["ask"].text);
    ask.texts = read_texts(node["text"]);
    ask.again = read_texts(node["again"]);
    ask.save = node["save"].text;
    for (const auto& choice : node["choices"].items) ask.choices.push_back(read_choice(choice));
    ask.optional = flag(node, "optional");
    ask.unknown = flag(node, "unknown");
    ask.minimum = node["min"].number().value_or(0);
    ask.maximum = node["max"].number().value_or(0);
    ask.next = node_id(node["next"]);
    return ask;
}

bot::Branch read_branch(const Value& node)
{
    bot::Branch branch;
    for (const auto& arm : node["branch"].items)
        branch.arms.push_back({.when = read_conditions(arm["when"]), .next = node_id(arm["next"])});
    branch.otherwise = node_id(node["otherwise"]);
    return branch;
}

bot::Set read_set(const Value& node)
{
    bot::Set set;
    for (const auto& field : node["set"].fields)
        set.values.push_back({.name = field.key, .value = field.value.text, .shown = field.value.text});
    set.next = node_id(node["next"]);
    return set;
}

bot::Score read_score(const Value& node)
{
    const Value value = node["score"];
    bot::Score score;
    for (const auto& item : value["points"].items)
        score.points.push_back({.when = read_condition(item["when"]), .points = item["add"].number().value_or(0)});
    for (const auto& item : value["stages"].items)
        score.stages.push_back({.from = item["from"].number().value_or(0), .stage = item["stage"].text});
    if (const auto* save = value.find("save")) score.save = save->text;
    score.next = node_id(node["next"]);
    return score;
}

bot::Guide read_guide(const Value& node)
{
    const Value value = node["guide"];
    return {.programmes = value["programmes"].words(),
            .texts = read_texts(value["text"]),
            .next = node_id(node["next"]),
            .question_answer = value["question"].text,
            .more = value["more"].truth().value_or(false)};
}

bot::Handoff read_handoff(const Value& node)
{
    static const std::map<std::string, bot::Priority> priorities{
        {"normal", bot::Priority::normal}, {"soon", bot::Priority::soon}, {"high", bot::Priority::high}};
    const Value value = node["handoff"];
    const auto priority = priorities.find(value["priority"].text);
    return {.reason = value["reason"].text,
            .skills = value["skills"].words(),
            .priority = priority == priorities.end() ? bot::Priority::normal : priority->second,
            .texts = read_texts(value["text"])};
}

bot::Go read_go(const Value& node) { return {.flow = FlowId{node["go"].text}, .next = node_id(node["next"])}; }

bot::End read_end(const Value& node) { return {.texts = read_texts(node["end"])}; }

bot::Summary read_summary(const Value& node)
{
    const Value value = node["summary"];
    bot::Summary summary{.before = read_texts(value["before"]),
                         .titles = {},
                         .after = read_texts(value["after"]),
                         .next = node_id(node["next"])};
    for (const auto& title : value["titles"].fields) summary.titles[title.key] = read_texts(title.value);
    return summary;
}

/// One reader a kind of node.
using BodyReader = bot::NodeBody (*)(const Value& node);
template <auto read>
bot::NodeBody as_body(const Value& node)
{
    return read(node);
}
constexpr std::array<std::pair<const char*, BodyReader>, 10> kinds{{
    {"say", as_body<read_say>},
    {"ask", as_body<read_ask>},
    {"branch", as_body<read_branch>},
    {"set", as_body<read_set>},
    {"score", as_body<read_score>},
    {"guide", as_body<read_guide>},
    {"handoff", as_body<read_handoff>},
    {"go", as_body<read_go>},
    {"end", as_body<read_end>},
    {"summary", as_body<read_summary>},
}};

} // namespace

std::string kind_of(const Value& node)
{
    std::string found;
    for (const auto& [kind, read] : kinds) {
        if (!node.find(kind)) continue;
        if (!found.empty()) return "";
        found = kind;
    }
    return found;
}

bot::Texts read_texts(const Value& texts)
{
    bot::Texts read;
    for (const auto& field : texts.fields)
        if (field.value.is_scalar()) read[field.key] = field.value.text;
    return read;
}

bot::Flow read_flow(const Value& root)
{
    bot::Flow flow;
    flow.id = FlowId{root["flow"].text};
    flow.title = root["title"].text;
    flow.file = root.file();
    flow.start = node_id(root["start"]);
    const auto* nodes = root.find("nodes");
    if (!nodes) return flow;
    for (const auto& field : nodes->fields) {
        for (const auto& [kind, read] : kinds) {
            if (!field.value.find(kind)) continue;
            const NodeId id{field.key};
            flow.nodes[id] = bot::Node{.id = id, .body = read(field.value), .line = field.line};
            break;
        }
    }
    return flow;
}

} // namespace tsunagi::config
