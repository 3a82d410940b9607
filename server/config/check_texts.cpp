#include "server/config/check_texts.h"

#include "bot/base/text.h"
#include "server/config/answers.h"
#include "server/config/check.h"
#include "server/config/phone_number.h"

#include <algorithm>

namespace tsunagi::config {
namespace {

constexpr std::size_t bubble_units_max = 5000;  // a text message, UTF-16 units (facts.md 85, 86)
constexpr std::size_t label_graphemes_max = 20; // a quick reply's label (facts.md 86)

bool has(const std::vector<std::string>& words, const std::string& word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_blank(const std::string& text) { return fold_for_matching(text).empty(); }

std::vector<std::string> sorted(const std::set<std::string>& words) { return {words.begin(), words.end()}; }

/// The languages that the catalogue of messages speaks.
std::set<std::string> languages_of_messages(const DeskSource& desk)
{
    std::set<std::string> languages;
    for (const auto& [key, message] : desk.messages)
        for (const auto& [language, text] : message.texts) languages.insert(language);
    return languages;
}

void check_label(const Value& text, Problems& problems)
{
    const auto length = grapheme_length(text.text);
    if (length > label_graphemes_max)
        problems.error(text,
                       "the button " + in_quotes(text.text) + " is " + std::to_string(length) +
                           " characters long; LINE shows " + std::to_string(label_graphemes_max),
                       "shorten it; the question can say more");
    if (text.text.find('\n') != std::string::npos)
        problems.error(text, "the button " + in_quotes(text.text) + " has a line break", "write it on one line");
    if (!blanks_of(text.text).empty())
        problems.error(text, "the button " + in_quotes(text.text) + " has a blank",
                       "blanks are filled in messages alone; write the word itself");
}

void check_bubble(const Value& text, const TextRules& rules, Problems& problems)
{
    const auto length = utf16_length(text.text);
    if (length > bubble_units_max)
        problems.error(text,
                       "the text is " + std::to_string(length) + " characters long; LINE takes " +
                           std::to_string(bubble_units_max),
                       "shorten it, or say it in two nodes");
    if (!rules.blanks) return;
    for (const auto& blank : blanks_of(text.text))
        if (!rules.blanks->count(blank))
            problems.error(text, "nothing fills the blank {" + blank + "}" + did_you_mean(blank, sorted(*rules.blanks)),
                           rules.blanks->empty() ? "take it out: this text has no blanks"
                                                 : "use one of " + any_of(sorted(*rules.blanks)) + ", or take it out");
}

void check_one(const Field& field, const TextRules& rules, Problems& problems)
{
    const Value& text = field.value;
    if (!text.is_scalar() || is_blank(text.text))
        return problems.error(text.file(), field.line, "the text in " + in_quotes(field.key) + " is empty",
                              "write it, or take the node out");
    rules.label ? check_label(text, problems) : check_bubble(text, rules, problems);
}

/// Visits the texts of a node: what is said, and what stands on buttons.
template <class Visit>
void for_each_text(const Field& node, Visit visit)
{
    const auto at = [&](const Value& parent, const char* key, bool label, bool may_be_absent) {
        if (const auto* texts = parent.find(key)) visit(*texts, parent.line_of(key), label, may_be_absent);
    };
    at(node.value, "say", false, false);
    at(node.value, "text", false, false);
    at(node.value, "again", false, false);
    at(node.value, "end", false, true);
    for (const char* part : {"guide", "handoff"})
        if (const auto* value = node.value.find(part)) at(*value, "text", false, false);
    if (const auto* choices = node.value.find("choices"))
        for (const auto& choice : choices->items) at(choice, "label", true, false);
    if (const auto* summary = node.value.find("summary")) {
        at(*summary, "before", false, false);
        at(*summary, "after", false, false);
        if (const auto* titles = summary->find("titles"))
            for (const auto& title : titles->fields) visit(title.value, title.line, false, false);
    }
}

} // namespace

std::vector<std::string> blanks_of(const std::string& text)
{
    std::vector<std::string> blanks;
    for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
        const auto close = text.find('}', open);
        if (close == std::string::npos) break;
        const auto name = text.substr(open + 1, close - open - 1);
        const bool is_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                   c == '.';
        });
        if (is_name) blanks.push_back(name);
    }
    return blanks;
}

void check_text(const Value& texts, int line, const TextRules& rules, Problems& problems)
{
    if (rules.may_be_absent && texts.fields.empty()) return;
    std::string missing;
    for (const auto& language : rules.languages)
        if (!texts.find(language)) missing += (missing.empty() ? "" : ", ") + language;
    if (!missing.empty())
        problems.error(texts.file(), line, "the text is missing in " + missing,
                       "add `" + missing.substr(0, missing.find(',')) +
                           ": …`; every text needs each language of the desk");
    for (const auto& field : texts.fields) {
        if (rules.unspoken && !has(rules.languages, field.key) && !rules.unspoken->count(field.key))
            problems.error(texts.file(), field.line,
                           "the desk does not speak " + in_quotes(field.key) + did_you_mean(field.key, rules.languages),
                           "write one of " + any_of(rules.languages) + ", or add it to `languages` of desk.yaml");
        check_one(field, rules, problems);
    }
}

void check_texts(const DeskSource& desk, Problems& problems)
{
    std::set<std::string> blanks{"desk"}; // the desk's name; the rest are her answers
    for (const auto& [name, values] : answers_of(desk)) blanks.insert(name);
    const auto unspoken = languages_of_messages(desk);
    for (const auto& flow : desk.flows) {
        if (!flow.sound) continue;
        for (const auto& node : nodes_of(flow)) {
            for_each_text(node, [&](const Value& texts, int line, bool label, bool may_be_absent) {
                check_text(texts, line, {desk.languages, &unspoken, label, may_be_absent, &blanks}, problems);
            });
        }
        find_phone_numbers(flow.root, problems);
    }
}

} // namespace tsunagi::config
