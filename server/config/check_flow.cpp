#include "server/config/check.h"

#include "bot/base/text.h"
#include "server/config/read_flow.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

namespace tsunagi::config {
namespace {

/// Which keys a kind of node has. `next` and the like are references; what they lead to is checked below.
struct NodeKind {
    std::string name;
    std::vector<std::string> required;
    std::vector<std::string> optional;
};

const std::vector<NodeKind>& node_kinds()
{
    static const std::vector<NodeKind> kinds{
        {"say", {"next"}, {}},
        {"ask", {"text", "next"}, {"choices", "save", "optional", "unknown", "again", "min", "max"}},
        {"branch", {"otherwise"}, {}},
        {"set", {"next"}, {}},
        {"score", {"next"}, {}},
        {"guide", {"next"}, {}},
        {"handoff", {}, {}},
        {"go", {}, {"next"}},
        {"end", {}, {}},
        {"summary", {"next"}, {}},
    };
    return kinds;
}

bool has(const std::vector<std::string>& words, const std::string& word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// Looks at one flow, node by node.
class FlowCheck {
public:
    FlowCheck(const DeskSource& desk, const FlowSource& flow, Problems& problems)
        : desk_(desk), flow_(flow), problems_(problems)
    {
        for (const auto& node : nodes_of(flow)) names_.push_back(node.key);
    }

    void run()
    {
        check_name();
        if (names_.size() > bot::flow_nodes_max)
            return error(flow_.root.line_of("nodes"),
                         "the flow has " + std::to_string(names_.size()) + " nodes, more than " +
                             std::to_string(bot::flow_nodes_max),
                         "move some into a flow of their own and `go` there");
        check_target(flow_.root["start"].text, flow_.root.line_of("start"));
        for (const auto& node : nodes_of(flow_)) check_node(node);
    }

private:
    void error(int line, std::string what, std::string mend)
    {
        problems_.error(flow_.root.file(), line, std::move(what), std::move(mend));
    }

    void check_name()
    {
        const auto stem = std::filesystem::path(flow_.root.file()).stem().string();
        if (stem == flow_.id.text) return;
        problems_.warning(flow_.root.file(), flow_.root.line_of("flow"),
                          "the flow " + in_quotes(flow_.id.text) + " stands in a file of another name",
                          "name the file " + flow_.id.text + ".yaml, so that others find it");
    }

    void check_target(const std::string& node, int line)
    {
        if (has(names_, node)) return;
        error(line, "there is no node " + in_quotes(node) + did_you_mean(node, names_),
              "write the name of a node of this flow, or make this node");
    }

    void check_node(const Field& node)
    {
        if (!check_kind(node)) return;
        for (const auto& reference : references(node.value)) check_target(reference.node, reference.at->line);
        if (const auto* other = node.value.find("go"); other && !desk_.flow(other->text))
            problems_.error(
                *other, "there is no flow " + in_quotes(other->text) + did_you_mean(other->text, desk_.flow_names()),
                "write the name of a flow of this desk");
        if (node.value.find("ask")) check_ask(node);
        if (const auto* score = node.value.find("score")) check_score(*score);
    }

    bool check_kind(const Field& node)
    {
        std::vector<std::string> found;
        std::vector<std::string> all;
        for (const auto& kind : node_kinds()) {
            all.push_back(kind.name);
            if (node.value.find(kind.name)) found.push_back(kind.name);
        }
        if (found.size() != 1) {
            const std::string what = found.empty()
                                         ? " does nothing"
                                         : " does two things, " + in_quotes(found[0]) + " and " + in_quotes(found[1]);
            error(node.line, "the node " + in_quotes(node.key) + what,
                  found.empty() ? "give it one of " + any_of(all) : "make two nodes of it");
            return false;
        }
        const auto kind = std::find_if(node_kinds().begin(), node_kinds().end(),
                                       [&](const NodeKind& known) { return known.name == found[0]; });
        for (const auto& key : kind->required)
            if (!node.value.find(key))
                error(node.line, "the node " + in_quotes(node.key) + " has no " + in_quotes(key),
                      "add `" + key + ": …`; only handoff and end finish a flow");
        for (const auto& field : node.value.fields)
            if (field.key != kind->name && !has(kind->required, field.key) && !has(kind->optional, field.key))
                error(field.line, in_quotes(field.key) + " means nothing in a node that is a " + in_quotes(kind->name),
                      "take it out, or move it to the node it belongs to");
        return true;
    }

    void check_ask(const Field& node)
    {
        const std::string kind = node.value["ask"].text;
        const auto* choices = node.value.find("choices");
        const bool chooses = kind == "choice" || kind == "choices";
        if (chooses && !choices)
            error(node.line, "the question " + in_quotes(node.key) + " has no choices",
                  "add `choices:` with an id and a label each, or make it `ask: text`");
        if (!chooses && node.value["unknown"].truth().value_or(false))
            error(node.value.line_of("unknown"), "`unknown` is for choice and choices alone",
                  "take it out: what she writes is accepted anyway; `optional: true` lets her skip");
        check_bounds(node.value, kind);
        if (choices) check_choices(node, *choices);
    }

    void check_bounds(const Value& ask, const std::string& kind)
    {
        const auto lowest = ask["min"].number();
        const auto highest = ask["max"].number();
        if (kind != "number" && kind != "age" && (lowest || highest))
            return error(ask.line_of(lowest ? "min" : "max"), "`min` and `max` are for number and age alone",
                         "take them out");
        if (lowest && highest && *lowest > *highest)
            error(ask.line_of("min"), "`min` is larger than `max`: no answer can fit", "swap the two");
    }

    void check_choices(const Field& node, const Value& choices)
    {
        check_count(node, choices);
        std::map<std::string, int> ids;
        for (const auto& choice : choices.items) {
            const Value id = choice["id"];
            const auto [first, is_new] = ids.emplace(id.text, id.line);
            if (!is_new)
                problems_.error(id,
                                "a second choice has the id " + in_quotes(id.text) + " (first on line " +
                                    std::to_string(first->second) + ")",
                                "give each choice its own id");
            check_postback(node.key, id);
            if (const auto* language = choice.find("language"); language && !has(desk_.languages, language->text))
                problems_.error(*language,
                                "the desk does not speak " + in_quotes(language->text) +
                                    did_you_mean(language->text, desk_.languages),
                                "take this choice out, write one of " + any_of(desk_.languages) + ", or add it to `languages` of desk.yaml");
        }
        if (ids.count("unknown") && node.value["unknown"].truth().value_or(false))
            error(node.value.line_of("unknown"), "a choice is named `unknown`, and the engine adds another",
                  "take `unknown: true` out, or give the choice another id");
        for (const auto& language : desk_.languages) check_labels(node.value, choices, language);
        check_other_words(choices);
    }

    /// LINE shows 13 quick replies; the engine adds its own to those of the flow.
    void check_count(const Field& node, const Value& choices)
    {
        const bool optional = node.value["optional"].truth().value_or(false);
        const bool unknown = node.value["unknown"].truth().value_or(false);
        const std::size_t buttons = choices.items.size() + (optional ? 1 : 0) + (unknown ? 1 : 0);
        const int line = node.value.line_of("choices");
        if (buttons > bot::flow_choices_max)
            error(line,
                  std::to_string(buttons) + " buttons, with those that the engine adds; LINE shows " +
                      std::to_string(bot::flow_choices_max),
                  "ask in two steps, or leave out what few people need");
        else if (buttons == bot::flow_choices_max && node.value["ask"].text != "text")
            problems_.warning(flow_.root.file(), line, "no room is left for the button that leads to a human",
                              "take one choice out; typed, the wish is understood anyway");
    }

    void check_postback(const std::string& node, const Value& id)
    {
        static constexpr std::size_t data_units_max = 300; // facts.md 86
        static const std::string version(8, '0');          // Playbook::short_version
        const std::string data = "a=" + version + "&f=" + flow_.id.text + "&n=" + node + "&c=" + id.text;
        if (utf16_length(data) > data_units_max)
            problems_.error(id,
                            "the button's data is " + std::to_string(utf16_length(data)) + " long; LINE takes " +
                                std::to_string(data_units_max),
                            "shorten the names of the flow, the node and the choice");
    }

    /// The labels of the buttons that the engine adds to this question.
    std::map<std::string, std::string> engine_labels(const Value& ask, const std::string& language) const
    {
        std::vector<std::string> keys;
        if (ask["ask"].text != "text") keys.push_back("ask.human");
        if (ask["ask"].text == "choices") keys.push_back("ask.done");
        if (ask["optional"].truth().value_or(false)) keys.push_back("ask.skip");
        if (ask["unknown"].truth().value_or(false)) keys.push_back("ask.unknown");
        std::map<std::string, std::string> labels;
        for (const auto& key : keys) {
            const auto message = desk_.messages.find(key);
            if (message == desk_.messages.end()) continue;
            const auto text = message->second.texts.find(language);
            if (text != message->second.texts.end()) labels[fold_for_matching(text->second)] = key;
        }
        return labels;
    }

    /// Labels that look the same are two buttons nobody can tell apart.
    void check_labels(const Value& ask, const Value& choices, const std::string& language)
    {
        const auto of_engine = engine_labels(ask, language);
        std::map<std::string, const Value*> taken;
        for (const auto& choice : choices.items) {
            const auto* labels = choice.find("label");
            const auto* label = labels ? labels->find(language) : nullptr;
            if (!label || !label->is_scalar()) continue;
            const auto folded = fold_for_matching(label->text);
            if (const auto own = of_engine.find(folded); own != of_engine.end())
                problems_.error(*label,
                                "the button " + in_quotes(label->text) + " looks like the one the engine adds (" +
                                    own->second + ")",
                                "leave the choice out, or call it something else");
            const auto [first, is_new] = taken.emplace(folded, label);
            if (!is_new)
                problems_.error(*label,
                                "two choices have the label " + in_quotes(label->text) + " (first on line " +
                                    std::to_string(first->second->line) + ")",
                                "give each choice a label of its own");
        }
    }

    /// What she types must mean one choice.
    void check_other_words(const Value& choices)
    {
        std::map<std::string, std::size_t> taken; // folded word -> choice
        for (std::size_t i = 0; i < choices.items.size(); ++i) {
            const auto* also = choices.items[i].find("also");
            if (!also) continue;
            for (const auto& word : also->items) {
                const auto [first, is_new] = taken.emplace(fold_for_matching(word.text), i);
                if (is_new || first->second == i) continue;
                problems_.error(word, "two choices are also called " + in_quotes(word.text),
                                "leave the word with the one it belongs to");
            }
        }
    }

    void check_score(const Value& score)
    {
        const Value stages = score["stages"];
        std::optional<double> before;
        for (const auto& item : stages.items) {
            const Value from = item["from"];
            const double begins = from.number().value_or(0);
            if (before && begins <= *before)
                problems_.error(from, "the stages are not in rising order", "sort them by `from`, the lowest first");
            before = begins;
            check_stage(item["stage"]);
        }
    }

    void check_stage(const Value& stage)
    {
        const auto count = desk_.stages.size();
        std::vector<std::string> known = desk_.stages;
        for (std::size_t i = 1; i <= count; ++i) known.push_back(std::to_string(i));
        if (has(known, stage.text)) return;
        problems_.error(stage, "the desk has no stage " + in_quotes(stage.text),
                        count == 0 ? "name the five stages in desk.yaml: `stages: […]`"
                                   : "write 1 to " + std::to_string(count) + ", or a name from `stages` of desk.yaml");
    }

    const DeskSource& desk_;
    const FlowSource& flow_;
    Problems& problems_;
    std::vector<std::string> names_;
};

} // namespace

void check_flows(const DeskSource& desk, Problems& problems)
{
    if (desk.languages.empty()) return;
    for (const auto& flow : desk.flows)
        if (flow.sound) FlowCheck(desk, flow, problems).run();
}

void check_desk(const DeskSource& desk, Problems& problems)
{
    check_flows(desk, problems);
    check_graph(desk, problems);
    check_turns(desk, problems);
    check_answers(desk, problems);
    check_texts(desk, problems);
    check_messages(desk, problems);
}

} // namespace tsunagi::config
