#include "server/webchat/page.h"

#include "bot/flow/decide.h"

#include <boost/algorithm/string/predicate.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace tsunagi::webchat {
namespace {

using nlohmann::json;

constexpr std::string_view prefix = "web.";

/// What every answer about somebody's visit carries: it leaves no trace and looks into nothing.
http::Fields common_fields()
{
    return {{"Cache-Control", "no-store"},
            {"Referrer-Policy", "no-referrer"},
            {"Permissions-Policy", "geolocation=(), camera=(), microphone=()"},
            {"X-Robots-Tag", "noindex"}};
}

std::string policy_of(const config::DeskConfig& desk)
{
    std::string frames;
    for (const auto& origin : desk.web_chat.frame_ancestors) frames += ' ' + origin;
    if (frames.empty()) frames = " 'none'";
    return "default-src 'none'; script-src 'self'; style-src 'self'; img-src data: blob:; connect-src 'self'; "
           "base-uri 'none'; form-action 'none'; frame-ancestors" + frames;
}

std::string escaped(std::string_view text)
{
    std::string safe;
    for (const char letter : text) {
        switch (letter) {
        case '&': safe += "&amp;"; break;
        case '<': safe += "&lt;"; break;
        case '>': safe += "&gt;"; break;
        case '"': safe += "&quot;"; break;
        case '\'': safe += "&#39;"; break;
        default: safe += letter;
        }
    }
    return safe;
}

/// `text` with each `{{name}}` replaced by what `value` says of it.
template <class ValueOf>
std::string filled(std::string_view text, ValueOf value)
{
    std::string out;
    while (true) {
        const auto open = text.find("{{");
        out += text.substr(0, open);
        if (open == text.npos) return out;
        const auto close = text.find("}}", open);
        if (close == text.npos) return out;
        out += escaped(value(std::string(text.substr(open + 2, close - open - 2))));
        text.remove_prefix(close + 2);
    }
}

/// やさしい日本語 is Japanese for everything that reads it aloud.
std::string html_language(const bot::Language& language) { return language == "ja-easy" ? "ja" : language; }

std::string_view main_of(std::string_view tag) { return tag.substr(0, tag.find('-')); }

/// The desk's language that the tag of a browser or of a city's page means; null: none. In any case of letters.
const bot::Language* meant_by(const config::DeskConfig& desk, std::string_view tag)
{
    const auto speaks = [&desk](auto is_it) -> const bot::Language* {
        const auto found = std::ranges::find_if(desk.languages, is_it);
        return found == desk.languages.end() ? nullptr : &*found;
    };
    if (tag.empty()) return nullptr;
    if (const auto* exact = speaks([&](const auto& one) { return boost::iequals(one, tag); })) return exact;
    if (const auto* wide = speaks([&](const auto& one) { return boost::iequals(one, main_of(tag)); })) return wide;
    // pt -> pt-BR, zh-CN -> zh-Hans; never ja -> ja-easy, which `ja` met already
    return speaks([&](const auto& one) { return boost::iequals(main_of(one), main_of(tag)); });
}

}  // namespace

http::Response page_response(const config::DeskConfig& desk, const bot::Playbook& playbook, const bot::Language& language)
{
    http::Response response;
    response.fields = common_fields();
    response.fields.emplace_back("Content-Type", "text/html; charset=utf-8");
    response.fields.emplace_back("Content-Security-Policy", policy_of(desk));
    if (desk.web_chat.frame_ancestors.empty()) response.fields.emplace_back("X-Frame-Options", "DENY");
    const bool doorway = desk.content_on_line == config::ContentOnLine::doorway;
    const std::map<std::string, std::string> facts{{"desk", desk.id.text},
                                                   {"desk_name", desk.name},
                                                   {"language", language},
                                                   {"html_language", html_language(language)},
                                                   {"desk_language", html_language(desk.languages.front())},  // its name is written in
                                                   {"neutral_site", desk.web_chat.neutral_site},
                                                   {"doorway", doorway ? "yes" : "no"},
                                                   {"idle_minutes", std::to_string(desk.web_chat.idle_lock_minutes)}};
    response.body = filled(page_file("index.html"), [&](const std::string& name) {
        const auto fact = facts.find(name);
        return fact != facts.end() ? fact->second : bot::message_text(playbook, language, std::string(prefix) + name);
    });
    return response;
}

http::Response asset_response(std::string_view name, std::string_view mime)
{
    http::Response response;
    response.fields = common_fields();
    response.fields.emplace_back("Content-Type", std::string(mime));
    response.body = page_file(name);
    return response;
}

http::Response words_response(const config::DeskConfig& desk, const bot::Playbook& playbook, const bot::Language& language)
{
    json value;
    value["language"] = language;
    value["html_language"] = html_language(language);
    value["exit"] = desk.web_chat.neutral_site;
    value["languages"] = json::array();
    for (const auto& one : desk.languages) {
        json row;
        row["id"] = one;
        row["html_language"] = html_language(one);
        row["name"] = bot::message_text(playbook, one, "web.own_name");
        value["languages"].push_back(std::move(row));
    }
    value["texts"] = json::object();
    for (const auto& [key, texts] : playbook.messages)
        if (key.starts_with(prefix)) value["texts"][key.substr(prefix.size())] = bot::message_text(playbook, language, key);
    return http::json_response(200, value.dump(-1, ' ', false, json::error_handler_t::replace));
}

bot::Language language_for(const config::DeskConfig& desk, std::string_view asked, std::string_view accept_language)
{
    if (const auto* meant = meant_by(desk, asked)) return *meant;
    // In the order the browser gives; weights are nearly always in that order, too.
    while (!accept_language.empty()) {
        auto tag = accept_language.substr(0, accept_language.find(','));
        accept_language.remove_prefix(std::min(tag.size() + 1, accept_language.size()));
        tag = tag.substr(0, tag.find(';'));
        while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
        while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
        if (const auto* meant = meant_by(desk, tag)) return *meant;
    }
    return desk.languages.front();
}

}  // namespace tsunagi::webchat
