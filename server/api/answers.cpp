#include "server/api/answers.h"

#include <array>
#include <cstdio>

namespace tsunagi::api {

bot::Language reader_language(const http::Request& request)
{
    // The first of the two that is named; weights are not worth a parser between two languages.
    const auto wanted = request.field("accept-language");
    const auto english = wanted.find("en");
    const auto japanese = wanted.find("ja");
    return english < japanese ? "en" : "ja";
}

http::Response answer(unsigned status, const json& value)
{
    return http::json_response(status, value.dump(-1, ' ', false, json::error_handler_t::replace));
}

http::Response refuse(const Words& words, unsigned status, const std::string& code, json more)
{
    json problem = std::move(more);
    problem["type"] = "about:blank";
    problem["status"] = status;
    problem["code"] = code;
    if (!problem.contains("title")) problem["title"] = words.text("api.problem." + code);
    http::Response response = answer(status, problem);
    for (auto& [name, value] : response.fields)
        if (name == "Content-Type") value = "application/problem+json; charset=utf-8";
    return response;
}

std::string time_text(TimePoint time)
{
    const auto local = time + japan_offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{std::chrono::floor<Milliseconds>(local - day)};
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02ld:%02ld:%02ld.%03ld+09:00", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<long>(clock.hours().count()),
                  static_cast<long>(clock.minutes().count()), static_cast<long>(clock.seconds().count()),
                  static_cast<long>(clock.subseconds().count()));
    return text.data();
}

}  // namespace tsunagi::api
