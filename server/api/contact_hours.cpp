#include "server/api/contact_hours.h"

#include "server/api/body.h"
#include "server/config/read_hours.h"

#include <algorithm>
#include <utility>

namespace tsunagi::api {
namespace {

std::string clock_text(int minute)
{
    const auto two_digits = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    return two_digits(minute / 60) + ":" + two_digits(minute % 60);
}

std::optional<std::uint8_t> weekdays_of(const json& row)
{
    const auto names = row.find("weekdays");
    if (names == row.end() || !names->is_array()) return std::nullopt;
    unsigned weekdays = 0;
    for (const auto& name : *names) {
        const auto* day = std::find(config::day_names.begin(), config::day_names.end(), name.is_string() ? name.get<std::string>() : "");
        if (day == config::day_names.end()) return std::nullopt;
        weekdays |= 1U << static_cast<unsigned>(day - config::day_names.begin());
    }
    return static_cast<std::uint8_t>(weekdays);
}

std::optional<bot::ContactHours> row_of(const json& row)
{
    if (!row.is_object()) return std::nullopt;
    const auto weekdays = weekdays_of(row);
    const auto from = config::minutes_of(text_of(row, "from").value_or(""));
    const auto to = config::minutes_of(text_of(row, "to").value_or(""));
    if (!weekdays || !from || !to) return std::nullopt;
    return bot::ContactHours{*weekdays, *from, *to == 0 ? 24 * 60 : *to};
}

}  // namespace

json contact_hours_json(const std::vector<bot::ContactHours>& hours)
{
    json rows = json::array();
    for (const auto& row : hours) {
        json days = json::array();
        for (std::size_t day = 0; day < config::day_names.size(); ++day)
            if ((row.weekdays >> day & 1U) != 0) days.push_back(config::day_names[day]);
        rows.push_back({{"weekdays", std::move(days)}, {"from", clock_text(row.from_minute)}, {"to", clock_text(row.to_minute)}});
    }
    return rows;
}

std::optional<std::vector<bot::ContactHours>> contact_hours_of(const json& rows)
{
    std::vector<bot::ContactHours> hours;
    for (const auto& row : rows) {
        const auto read = row_of(row);
        if (!read) return std::nullopt;
        hours.push_back(*read);
    }
    return hours;
}

}  // namespace tsunagi::api
