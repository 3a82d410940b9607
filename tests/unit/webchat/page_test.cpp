#include "server/webchat/page.h"
#include "tests/unit/desk/desk_fixture.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

using namespace tsunagi;
using namespace tsunagi::testing;
using namespace tsunagi::webchat;

namespace {

std::string catalogue()
{
    std::ifstream file("config/messages/webchat.yaml");
    return {std::istreambuf_iterator<char>(file), {}};
}

/// The keys of the catalogue that the page asks for by name.
std::set<std::string> keys_used()
{
    std::set<std::string> keys;
    const auto collect = [&keys](std::string_view source, const std::string& pattern) {
        const std::string text(source);
        const std::regex expression(pattern);
        for (auto at = std::sregex_iterator(text.begin(), text.end(), expression); at != std::sregex_iterator(); ++at)
            keys.insert((*at)[1].str());
    };
    collect(page_file("index.html"), "data-(?:text|label|hint)=\"([^\"]+)\"");
    collect(page_file("index.html"), "\\{\\{([^}]+)\\}\\}");
    collect(page_file("chat.js"), "say\\('([^']+)'\\)");
    keys.insert({"return.unknown", "return.door_closed"});
    collect(page_file("embed.js"), "texts\\['([^']+)'\\]");
    for (const char* fact : {"desk", "desk_name", "desk_language", "language", "html_language", "neutral_site", "doorway", "idle_minutes"})
        if (std::string(fact) != "language") keys.erase(fact);
    for (const char* holder : {"bot", "queue", "staff", "closed"}) keys.insert(std::string("standing.") + holder);
    for (const char* kind : {"sticker", "media", "location"}) keys.insert(std::string("kind.") + kind);
    for (const char* prefix : {"standing.", "kind."}) keys.erase(prefix);
    return keys;
}

}  // namespace

TEST_CASE("page: every word it asks for is in the catalogue")
{
    const auto text = catalogue();
    REQUIRE_FALSE(text.empty());
    CHECK(keys_used().size() > 30);
    for (const auto& key : keys_used()) {
        INFO(key);
        CHECK(text.find("\nweb." + key + ":") != std::string::npos);
    }
}

TEST_CASE("page: nothing inline, nothing from elsewhere, no storage, small")
{
    const std::string html(page_file("index.html"));
    const std::string script(page_file("chat.js"));
    CHECK(html.find("<style") == std::string::npos);
    CHECK(html.find(" style=") == std::string::npos);
    CHECK(html.find(" on") == std::string::npos);
    CHECK(html.find("http") == std::string::npos);
    for (const char* storage : {"localStorage", "sessionStorage", "indexedDB", "document.cookie", "serviceWorker", "caches.", "innerHTML", "eval("}) {
        INFO(storage);
        CHECK(script.find(storage) == std::string::npos);
    }
    // What Chrome 70 and Safari 12 do not know.
    for (const char* modern : {"?.", "??", "||=", "&&=", "#private", ".replaceAll(", ".at(-", "Promise.any", ".flat("}) {
        INFO(modern);
        CHECK(script.find(modern) == std::string::npos);
    }
    CHECK(html.size() + script.size() + page_file("chat.css").size() < 60 * 1024);
}

TEST_CASE("page: safe for HTML, its title neutral, framed by nobody who was not named")
{
    auto config = small_config();
    auto& desk = config.desks.front();
    desk.name = "<b>\"みらい\" & '市'</b>";
    desk.web_chat.neutral_site = "https://weather.example.jp/?a=1&b=2";
    auto playbook = *config.playbooks.at(mirai);
    playbook.messages["web.title"] = {{"ja", "お知らせ"}};
    auto response = page_response(desk, playbook, "ja");
    CHECK(response.body.find("<title>お知らせ</title>") != std::string::npos);
    CHECK(response.body.find("&lt;b&gt;&quot;みらい&quot; &amp; &#39;市&#39;&lt;/b&gt;") != std::string::npos);
    CHECK(response.body.find("data-exit=\"https://weather.example.jp/?a=1&amp;b=2\"") != std::string::npos);
    CHECK(response.body.find("{{") == std::string::npos);
    const auto policy = std::string(http::find_field(response.fields, "Content-Security-Policy").value());
    CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
    CHECK(policy.find("unsafe") == std::string::npos);
    CHECK(http::find_field(response.fields, "X-Frame-Options") == "DENY");
    CHECK(http::find_field(response.fields, "Cache-Control") == "no-store");

    desk.web_chat.frame_ancestors = {"https://www.city.example.jp"};
    response = page_response(desk, playbook, "ja");
    CHECK(http::find_field(response.fields, "Content-Security-Policy")->ends_with("frame-ancestors https://www.city.example.jp"));
    CHECK_FALSE(http::find_field(response.fields, "X-Frame-Options").has_value());
}

TEST_CASE("page: in the language asked for, else her browser's, else the desk's")
{
    config::DeskConfig desk;
    desk.languages = {"ja", "ja-easy", "en", "zh-Hans", "pt-BR"};
    CHECK(language_for(desk, "ja-easy", "en") == "ja-easy");
    CHECK(language_for(desk, "en-US", "ja") == "en");  // as a city's page says of itself
    CHECK(language_for(desk, "pt", "ja") == "pt-BR");
    CHECK(language_for(desk, "zh-cn", "ja") == "zh-Hans");
    CHECK(language_for(desk, "", "en-US,en;q=0.9,ja;q=0.8") == "en");
    CHECK(language_for(desk, "", "zh-CN,zh;q=0.9") == "zh-Hans");
    CHECK(language_for(desk, "", "pt") == "pt-BR");
    CHECK(language_for(desk, "", "ja-JP") == "ja");
    CHECK(language_for(desk, "xx", "fr, de") == "ja");
    CHECK(language_for(desk, "", ", ;q=1 ,") == "ja");
}
