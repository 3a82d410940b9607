#include "server/config/hotline_config.h"

#include "server/config/guide_config.h"
#include "server/config/schema.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tsunagi::config {
namespace {

constexpr std::array day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};  // as std::chrono::weekday counts
constexpr int minutes_a_day = 24 * 60;

std::optional<int> two_digits(std::string_view text)
{
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool all = text.size() == 2 && read.ec == std::errc{} && read.ptr == text.data() + text.size() && text[0] != '-';
    return all ? std::optional(number) : std::nullopt;
}

/// Two numbers around `between`: 08:30, 12-29.
std::optional<std::pair<int, int>> pair_around(std::string_view text, char between)
{
    if (text.size() != 5 || text[2] != between) return std::nullopt;
    const auto first = two_digits(text.substr(0, 2));
    const auto second = two_digits(text.substr(3));
    if (!first || !second) return std::nullopt;
    return std::pair(*first, *second);
}

std::optional<int> minute_of(std::string_view text)
{
    const auto parts = pair_around(text, ':');
    if (!parts || parts->second > 59 || parts->first * 60 + parts->second > minutes_a_day) return std::nullopt;
    return parts->first * 60 + parts->second;
}

void read_slots(const Value& list, bot::LineHours::Rule& rule, Problems& problems)
{
    if (list.items.empty()) problems.error(list, "a rule without slots is never open", "write slots: [\"08:30-17:15\"]");
    for (const auto& item : list.items) {
        const std::string_view text = item.text;
        const bool formed = text.size() == 11 && text[5] == '-';
        const auto from = formed ? minute_of(text.substr(0, 5)) : std::nullopt;
        const auto to = formed ? minute_of(text.substr(6)) : std::nullopt;
        if (from && to && *from < *to)
            rule.slots.push_back({*from, *to});
        else
            problems.error(item, in_quotes(item.text) + " is no slot",
                           "write it as \"08:30-17:15\"; past midnight as two, to 24:00 and from 00:00");
    }
}

bot::LineHours::Rule read_rule(const Value& root, Problems& problems)
{
    bot::LineHours::Rule rule;
    for (const auto& item : root["days"].items) {
        const auto day = std::ranges::find(day_names, item.text);
        if (day == day_names.end())
            problems.error(item, "there is no day " + in_quotes(item.text), "write sun, mon, tue, wed, thu, fri or sat");
        else
            rule.weekdays[static_cast<std::size_t>(day - day_names.begin())] = true;
    }
    for (const auto& item : root["month_days"].items) {
        const auto day = static_cast<int>(item.number().value_or(0));
        if (day < 1 || day > 31) problems.error(item, "is no day of a month", "write 1 to 31");
        rule.month_days.push_back(day);
    }
    if (root["days"].items.empty() && rule.month_days.empty())
        problems.error(root, "a rule without days is never open", "write days: [mon, tue, wed, thu, fri] or month_days: [10]");
    read_slots(root["slots"], rule, problems);
    const auto holidays = root["public_holidays"].text;
    if (holidays != "open" && holidays != "closed")
        problems.error(root, "does not say what happens on public holidays", "write public_holidays: open or closed");
    rule.on_public_holidays = holidays == "open";
    return rule;
}

bot::LineHours read_hours_of(const Value& root, Problems& problems)
{
    bot::LineHours hours;
    if (root.is_scalar() && root.text == "always") hours.kind = bot::LineHours::Kind::always;
    if (root.is_scalar() && root.text != "always" && root.text != "by_area")
        problems.error(root, in_quotes(root.text) + " are no hours", "write always, by_area, or rules");
    if (!root.is_map()) return hours;

    hours.kind = bot::LineHours::Kind::by_rules;
    for (const auto& item : root["rules"].items) hours.rules.push_back(read_rule(item, problems));
    if (hours.rules.empty()) problems.error(root, "has no rules", "write rules, or by_area when the hours are not known");
    for (const auto& item : root["closed"].items) {
        const auto from = pair_around(item["from"].text, '-');
        const auto to = pair_around(item["to"].text, '-');
        if (from && to)
            hours.closed.push_back({from->first * 100 + from->second, to->first * 100 + to->second});
        else
            problems.error(item, "is no span of days", "write {from: \"12-29\", to: \"01-03\"}");
    }
    return hours;
}

bot::GuideText text_of(const Value& value)
{
    bot::GuideText text;
    for (const auto& field : value.fields) text[field.key] = field.value.text;
    return text;
}

bot::Hotline read_line(const Value& root, Problems& problems)
{
    bot::Hotline line;
    line.id = root["id"].text;
    line.name = text_of(root["name"]);
    line.tel = root["tel"].text;
    line.dial = root["dial"].text;
    line.url = root["url"].text;
    line.hours = read_hours_of(root["hours"], problems);
    line.hours_text = text_of(root["hours_text"]);
    line.cost = text_of(root["cost"]);
    line.free_of_charge = root["free"].truth().value_or(false);
    line.languages = root["languages"].words();
    line.topics = root["topics"].words();
    line.regions = root["regions"].words();
    for (const auto& note : root["required_notes"].items) line.required_notes.push_back(text_of(note));
    for (const auto& limit : root["limits"].items) line.limits.push_back(text_of(limit));
    line.other_languages = text_of(root["other_languages"]);
    for (const auto& direction : root["directions"].items) line.directions.push_back(text_of(direction));
    line.forbidden_phrases = root["forbidden_phrases"].words();
    line.source_url = root["source_url"].text;
    line.verified_at = root["verified_at"].text;
    line.verified_by = root["verified_by"].text;
    line.review_by = root["review_by"].text;
    line.confidence = root["confidence"].text == "A"   ? bot::Confidence::a
                      : root["confidence"].text == "B" ? bot::Confidence::b
                                                       : bot::Confidence::c;
    line.enabled = root["enabled"].truth().value_or(false);
    return line;
}

std::string dial_of(const std::string& tel)
{
    std::string dial;
    for (const char letter : tel)
        if (letter == '#')
            dial += "%23";
        else if (letter != '-')
            dial += letter;
    return dial;
}

void check_line(const Value& root, const bot::Hotline& line, std::chrono::sys_days today, Problems& problems)
{
    if (line.dial != dial_of(line.tel))
        problems.error(root["dial"], "does not dial the number shown", "write " + in_quotes(dial_of(line.tel)));
    if (line.enabled && line.confidence == bot::Confidence::c)
        problems.error(root["enabled"], in_quotes(line.id) + " is enabled at grade C",
                       "call up the operator's page, write verified_at and verified_by, raise the grade");
    for (const auto& phrase : line.forbidden_phrases)
        for (const char* field : {"name", "hours_text", "cost"})
            for (const auto& [language, text] : text_of(root[field]))
                if (text.find(phrase) != std::string::npos)
                    problems.error(root[field], "says " + in_quotes(phrase) + ", which is forbidden for " + in_quotes(line.id),
                                   "say what is true of this line");
    const auto review = day_of(line.review_by);
    if (!review)
        problems.error(root["review_by"], in_quotes(line.review_by) + " is no day", "write it as 2027-02-20");
    else if (*review < today)
        problems.warning(root["review_by"], in_quotes(line.id) + " was to be called up again by " + line.review_by,
                         "call up the operator's page, write verified_at, verified_by and the next date");
}

}  // namespace

bool LoadedHotlines::ok() const { return std::ranges::all_of(problems, &Problem::warning); }

std::set<std::string> LoadedHotlines::ids() const
{
    std::set<std::string> ids;
    for (const auto& line : lines) ids.insert(line.id);
    return ids;
}

LoadedHotlines load_hotlines(const std::filesystem::path& config_dir, std::chrono::sys_days today)
{
    LoadedHotlines loaded;
    Problems problems(loaded.problems);
    std::set<std::string> dials;
    for (const auto& root : read_yaml_folder(config_dir / "hotlines", problems)) {
        if (!fits_schema(root, "hotlines", problems)) continue;
        for (const auto& item : root["lines"].items) {
            const auto before = problems.errors();
            auto line = read_line(item, problems);
            check_line(item, line, today, problems);
            if (loaded.ids().contains(line.id) || (!line.dial.empty() && !dials.insert(line.dial).second))
                problems.error(item["id"], "a second line has this id or number: " + in_quotes(line.id), "keep one of them");
            if (problems.errors() == before) loaded.lines.push_back(std::move(line));
        }
    }
    return loaded;
}

}  // namespace tsunagi::config
