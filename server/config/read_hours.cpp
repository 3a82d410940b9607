#include "server/config/read_hours.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tsunagi::config {
namespace {

constexpr int minutes_a_day = 24 * 60;

std::optional<int> digits(std::string_view text)
{
    int number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool all = read.ec == std::errc{} && read.ptr == text.data() + text.size() &&
                     text.find_first_not_of("0123456789") == text.npos;
    return all ? std::optional(number) : std::nullopt;
}

std::optional<handoff::Slot> read_slot(const Value& value, Problems& problems)
{
    const std::string_view text = value.text;
    const bool formed = value.is_scalar() && text.size() == 11 && text[5] == '-';
    const auto from = formed ? minutes_of(text.substr(0, 5)) : std::nullopt;
    const auto to = formed ? minutes_of(text.substr(6)) : std::nullopt;
    if (!from || !to) {
        problems.error(value, in_quotes(value.text) + " is no slot", "write it as \"10:00-17:00\", at most to 24:00");
        return std::nullopt;
    }
    if (*from >= *to) {
        problems.error(value, "the slot " + in_quotes(value.text) + " ends before it begins",
                       "swap the times; write a slot past midnight as two, to 24:00 and from 00:00");
        return std::nullopt;
    }
    return handoff::Slot{*from, *to};
}

std::vector<handoff::Slot> read_slots(const Value& list, Problems& problems)
{
    std::vector<handoff::Slot> slots;
    for (const auto& item : list.items) {
        const auto slot = read_slot(item, problems);
        if (!slot) continue;
        const bool overlaps = std::any_of(slots.begin(), slots.end(), [&](const handoff::Slot& other) {
            return slot->from_minute < other.to_minute && other.from_minute < slot->to_minute;
        });
        if (overlaps) {
            problems.error(item, "the slot " + in_quotes(item.text) + " overlaps another of the same day",
                           "make it one slot, or let one end where the other begins");
            continue;
        }
        slots.push_back(*slot);
    }
    std::sort(slots.begin(), slots.end(), [](const auto& a, const auto& b) { return a.from_minute < b.from_minute; });
    return slots;
}

std::optional<std::chrono::year_month_day> read_day(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2));
    const auto day = digits(text.substr(8));
    if (!year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    return date.ok() ? std::optional(date) : std::nullopt;
}

void read_exception(const Field& field, handoff::OpeningHours& hours, Problems& problems)
{
    const auto day = read_day(field.key);
    if (!day)
        return problems.error(field.value.file(), field.line, in_quotes(field.key) + " is no day",
                              "write it as \"2026-12-29\"");
    if (field.value.is_scalar() && field.value.text != "closed")
        return problems.error(field.value.file(), field.line,
                              in_quotes(field.value.text) + " is not allowed for an exception",
                              "write closed, or a list of slots like [\"13:00-17:00\"]");
    hours.exceptions.push_back({*day, read_slots(field.value, problems)});
}

} // namespace

std::optional<int> minutes_of(std::string_view clock)
{
    if (clock.size() != 5 || clock[2] != ':') return std::nullopt;
    const auto hour = digits(clock.substr(0, 2));
    const auto minute = digits(clock.substr(3));
    if (!hour || !minute || *minute > 59) return std::nullopt;
    const int total = *hour * 60 + *minute;
    return total <= minutes_a_day ? std::optional(total) : std::nullopt;
}

handoff::OpeningHours read_hours(const Value& value, Problems& problems)
{
    handoff::OpeningHours hours;
    hours.closed_on_public_holidays = value["public_holidays"].text != "open";
    const Value weekly = value["weekly"];
    for (std::size_t day = 0; day < day_names.size(); ++day)
        hours.weekly[day] = read_slots(weekly[day_names[day]], problems);
    for (const auto& field : value["exceptions"].fields) read_exception(field, hours, problems);

    const bool ever =
        std::any_of(hours.weekly.begin(), hours.weekly.end(), [](const auto& slots) { return !slots.empty(); });
    if (!ever && hours.exceptions.empty())
        problems.warning(value, "nobody ever answers in these hours", "give at least one day slots");
    return hours;
}

} // namespace tsunagi::config
