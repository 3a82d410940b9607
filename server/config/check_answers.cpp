#include "server/config/answers.h"
#include "server/config/check.h"

namespace tsunagi::config {
namespace {

void add_ask(const Value& node, Answers& answers)
{
    const auto* save = node.find("save");
    if (!save) return;
    AnswerValues& answer = answers[save->text];
    const std::string kind = node["ask"].text;
    if (kind != "choice" && kind != "choices") answer.anything = true;
    answer.values.insert("unknown"); // 「わからない」 is always an accepted answer
    const auto* choices = node.find("choices");
    if (!choices) return;
    for (const auto& choice : choices->items) answer.values.insert(choice["id"].text);
}

void add_score(const Value& score, Answers& answers)
{
    const auto* save = score.find("save");
    AnswerValues& answer = answers[save ? save->text : "stage"];
    for (const auto& stage : score["stages"].items) answer.values.insert(stage["stage"].text);
}

class AnswerCheck {
public:
    AnswerCheck(const DeskSource& desk, Problems& problems)
        : answers_(answers_of(desk)), names_(names_of(answers_)), problems_(problems)
    {
    }

    void check(const Value& node)
    {
        if (const auto* branch = node.find("branch"))
            for (const auto& arm : branch->items) check_conditions(arm["when"]);
        if (const auto* score = node.find("score"))
            for (const auto& points : (*score)["points"].items) check_conditions(points["when"]);
        if (const auto* guide = node.find("guide"))
            if (const auto* question = guide->find("question")) check_name(*question);
        if (const auto* summary = node.find("summary"))
            for (const auto& title : (*summary)["titles"].fields)
                if (!answers_.count(title.key)) tell_unknown(title.value.file(), title.line, title.key);
    }

private:
    void check_conditions(const Value& when)
    {
        if (when.is_map()) return check_condition(when);
        for (const auto& condition : when.items) check_condition(condition);
    }

    void check_condition(const Value& condition)
    {
        const Value name = condition["answer"];
        if (!check_name(name)) return;
        if (condition.find("is") && condition.find("given"))
            problems_.error(condition, "a condition with both `is` and `given`", "keep one of the two");
        const AnswerValues& answer = answers_[name.text];
        if (answer.anything) return;
        const Value is = condition["is"];
        if (is.is_scalar()) check_value(name.text, answer, is);
        for (const auto& value : is.items) check_value(name.text, answer, value);
    }

    bool check_name(const Value& name)
    {
        if (answers_.count(name.text)) return true;
        tell_unknown(name.file(), name.line, name.text);
        return false;
    }

    void tell_unknown(const std::string& file, int line, const std::string& name)
    {
        problems_.error(file, line, "no flow ever keeps an answer " + in_quotes(name) + did_you_mean(name, names_),
                        "write `save: " + name + "` at the question, or name an answer that is kept");
    }

    void check_value(const std::string& name, const AnswerValues& answer, const Value& value)
    {
        if (answer.values.count(value.text)) return;
        const std::vector<std::string> known(answer.values.begin(), answer.values.end());
        problems_.error(value,
                        "the answer " + in_quotes(name) + " is never " + in_quotes(value.text) +
                            did_you_mean(value.text, known),
                        "write one of " + any_of(known));
    }

    Answers answers_;
    std::vector<std::string> names_;
    Problems& problems_;
};

} // namespace

Answers answers_of(const DeskSource& desk)
{
    Answers answers;
    for (const auto& flow : desk.flows) {
        for (const auto& node : nodes_of(flow)) {
            if (node.value.find("ask")) add_ask(node.value, answers);
            if (const auto* score = node.value.find("score")) add_score(*score, answers);
            if (const auto* set = node.value.find("set"))
                for (const auto& field : set->fields) answers[field.key].values.insert(field.value.text);
        }
    }
    return answers;
}

std::vector<std::string> names_of(const Answers& answers)
{
    std::vector<std::string> names;
    for (const auto& [name, values] : answers) names.push_back(name);
    return names;
}

void check_answers(const DeskSource& desk, Problems& problems)
{
    AnswerCheck check(desk, problems);
    for (const auto& flow : desk.flows) {
        if (!flow.sound) continue;
        for (const auto& node : nodes_of(flow)) check.check(node.value);
    }
}

} // namespace tsunagi::config
