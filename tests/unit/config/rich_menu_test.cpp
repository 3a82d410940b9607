// Menus under the chat on LINE: what is read, and each mistake that LINE, or a person who types instead of tapping, would meet.
#include "server/config/picture.h"
#include "tests/unit/config/folder.h"

#include <doctest/doctest.h>

using namespace tsunagi::config;

namespace {

const std::string file = "desks/demo/rich-menus/bot.yaml";

std::string big_endian(unsigned value, int bytes)
{
    std::string text;
    for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
    return text;
}

/// The beginning of a PNG file: all that is looked at.
std::string png(unsigned width, unsigned height)
{
    return "\x89PNG\r\n\x1A\n" + big_endian(13, 4) + "IHDR" + big_endian(width, 4) + big_endian(height, 4) + std::string(20, 'x');
}

std::string jpeg(unsigned width, unsigned height)
{
    return "\xFF\xD8\xFF\xE0" + big_endian(16, 2) + std::string(14, 'x') + "\xFF\xFF\xC2" + big_endian(17, 2) + "\x08" + big_endian(height, 2) +
           big_endian(width, 2) + std::string(20, 'x');
}

const std::string good = R"(menu: bot
shown: [bot]
bar: {ja: メニュー, en: Menu}
picture: bot.png
areas:
  - at: [0, 0, 400, 300]
    label: {ja: 人と話す, en: Talk}
    does: human
  - at: [400, 0, 800, 300]
    label: {ja: 家賃, en: Rent}
    says: {ja: 家賃が払えない, en: I cannot pay the rent}
  - at: [0, 300, 1200, 300]
    label: {ja: 天気, en: Weather}
    opens: https://www.jma.go.jp/bosai/forecast/
)";

struct MenuFolder : ConfigFolder {
    explicit MenuFolder(const std::string& menu = good, const std::string& picture = png(1200, 600))
    {
        std::filesystem::create_directories(path() / "desks/demo/rich-menus");
        write(file, menu);
        write("desks/demo/rich-menus/bot.png", picture);
    }
};

std::string changed(const std::string& from, const std::string& to)
{
    std::string menu = good;
    const auto at = menu.find(from);
    REQUIRE(at != std::string::npos);
    return menu.replace(at, from.size(), to);
}

struct BrokenMenu {
    std::string menu;
    std::string at;  ///< words on the problem's line
    std::string what;
    std::string picture = png(1200, 600);
};

void check_menu_told(const BrokenMenu& broken)
{
    MenuFolder folder(broken.menu, broken.picture);
    const auto loaded = folder.load();
    CAPTURE(broken.what);
    CAPTURE(told(loaded.problems));
    REQUIRE(loaded.problems.size() == 1);
    const auto& problem = loaded.problems.front();
    CHECK(problem.file == folder.shown(file));
    CHECK(problem.line == folder.line_of(file, broken.at));
    CHECK(problem.what.find(broken.what) != std::string::npos);
    CHECK_FALSE(problem.mend.empty());
    CHECK_FALSE(loaded.ok());
    CHECK(loaded.desks.at(0).rich_menus.empty());
}

}  // namespace

TEST_CASE("rich menus: one for each language; what a place does is what somebody would type")
{
    MenuFolder folder;
    const auto loaded = folder.load();
    CHECK(told(loaded.problems) == "");
    const auto& menus = loaded.desks.at(0).rich_menus;
    REQUIRE(menus.size() == 2);
    const auto& menu = menus.at(0);
    CHECK(menu.name == "bot");
    CHECK(menu.language == "ja");
    CHECK(menu.bar == "メニュー");
    CHECK(menu.opened);
    CHECK(menu.shown == std::vector{MenuState::bot});
    CHECK(menu.picture.mime == "image/png");
    CHECK(menu.picture.width == 1200);
    REQUIRE(menu.areas.size() == 3);
    CHECK(menu.areas[0].action.text == "人と話したい");  // the catalogue's: the engine takes it for the wish
    CHECK(menu.areas[1].action.text == "家賃が払えない");
    CHECK(menu.areas[1].width == 800);
    CHECK(menu.areas[2].action.kind == MenuAction::Kind::opens);
    CHECK(menus.at(1).areas[1].action.text == "I cannot pay the rent");
}

TEST_CASE("rich menus: a language that the messages speak and the desk does not has no menu")
{
    MenuFolder folder(changed("en: Menu", "en: Menu, vi: Trình đơn"));
    folder.replace("messages/base.yaml", "ask.skip: {ja: \"答えない\", en: \"Skip\"}", "ask.skip: {ja: \"答えない\", en: \"Skip\", vi: \"Bỏ qua\"}");
    const auto loaded = folder.load();
    CHECK(told(loaded.problems) == "");
    CHECK(loaded.desks.at(0).rich_menus.size() == 2);
}

TEST_CASE("rich menus: the picture's header is read, whichever of the two kinds it is")
{
    CHECK(picture_of(jpeg(2500, 843))->mime == "image/jpeg");
    CHECK(picture_of(jpeg(2500, 843))->width == 2500);
    CHECK(picture_of(jpeg(2500, 843))->height == 843);
    CHECK(picture_of(png(800, 250))->height == 250);
    for (const auto& odd : {std::string(), std::string("GIF89a"), png(800, 250).substr(0, 20), jpeg(800, 250).substr(0, 20), std::string("\xFF\xD8\xFF\xC0")})
        CHECK_FALSE(picture_of(odd));
}

TEST_CASE("rich menus: words that would be heard as danger at every tap are warned of")
{
    MenuFolder folder(changed("ja: 家賃が払えない", "ja: 死にたいほどつらい"));
    const auto loaded = folder.load();
    REQUIRE_MESSAGE(loaded.problems.size() == 1, told(loaded.problems));
    CHECK(loaded.problems.front().warning);
    CHECK(loaded.problems.front().line == folder.line_of(file, "says:"));
    CHECK(loaded.problems.front().what.find("is heard as danger (R2)") != std::string::npos);
    CHECK(loaded.ok());
    CHECK(loaded.desks.at(0).rich_menus.size() == 2);
}

TEST_CASE("broken rich menus: what LINE would refuse")
{
    const std::string many = [] {
        std::string areas;
        for (int i = 0; i < 21; ++i) areas += "  - {at: [0, 0, 10, 10], label: {ja: あ, en: a}, opens: \"https://example.jp/\"}\n";
        return good + areas;
    }();
    for (const auto& broken : std::vector<BrokenMenu>{
             {changed("menu: bot", "menu: Bot Menu"), "menu:", "does not have the form of `menu`"},
             {changed("shown: [bot]", "shown: [always]"), "shown:", "`always` is not allowed"},
             {changed("ja: メニュー", "ja: とてもとても長いメニューのなまえ"), "bar:", "longer than 14 letters"},
             {changed("bot.png", "other.png"), "picture:", "`other.png` cannot be read"},
             {changed("bot.png", "../bot.png"), "picture:", "does not have the form of `picture`"},
             {good, "picture:", "neither PNG nor JPEG", "<svg/>"},
             {good, "picture:", "is larger than 1 MB", png(1200, 600) + std::string(1 << 20, 'x')},
             {good, "picture:", "is 700 wide", png(700, 300)},
             {good, "picture:", "is 2501 wide", png(2501, 800)},
             {good, "picture:", "is 249 high", png(1200, 249)},
             {good, "picture:", "too high for its width", png(1200, 828)},
             {changed("[400, 0, 800, 300]", "[401, 0, 800, 300]"), "[401", "does not lie in the picture"},
             {changed("[400, 0, 800, 300]", "[400, 0, 0, 300]"), "[400", "does not lie in the picture"},
             {changed("ja: 家賃,", "ja: とてもとてもとてもとてもとてもとてもながい家賃,"), "とても", "longer than 20 letters"},
             {changed("ja: 家賃が払えない", "ja: " + std::string(301, 'a')), "says:", "longer than 300 letters"},
             {changed("https://www", "http://www"), "opens:", "does not have the form of `opens`"},
             {many, "areas:", "`areas` has too many entries"},
         })
        check_menu_told(broken);
}

TEST_CASE("broken rich menus: what would not work")
{
    for (const auto& broken : std::vector<BrokenMenu>{
             {changed("ja: 人と話す, ", ""), "en: Talk", "not there in `ja`"},
             {changed("bar: {ja: メニュー, en: Menu}", "bar: {en: Menu}"), "bar:", "the desk's first language"},
             {changed("en: Menu", "en: Menu, de: Menü"), "bar:", "does not speak `de`"},
             {changed("    does: human\n", ""), "at: [0, 0", "nothing happens at this place"},
             {changed("does: human", "does: human\n    opens: https://example.jp/"), "at: [0, 0", "several things happen"},
             {changed("does: human", "does: guide"), "does:", "the message `guide.begin` is not there"},
             {changed("does: human", "language: en"), "language:", "no flow has a button for the language `en`"},
             {changed("does: human", "does: door"), "does:", "no door to open"},
             {changed("[bot]", "[bot, harmless]"), "- at: [0, 0", "for after her safe word says nothing for her"},
             {changed("家賃が払えない", "0120-123-456に電話"), "says:", "0120"},
             {changed("[bot]", "[waiting]"), "shown:", "no menu is shown for `bot`"},
         }) {
        CAPTURE(broken.what);
        MenuFolder folder(broken.menu, broken.picture);
        const auto loaded = folder.load();
        CAPTURE(told(loaded.problems));
        REQUIRE_FALSE(loaded.problems.empty());
        CHECK(loaded.problems.front().what.find(broken.what) != std::string::npos);
        CHECK(loaded.problems.front().line == folder.line_of(file, broken.at));
        CHECK_FALSE(loaded.ok());
    }
}

TEST_CASE("broken rich menus: two for one state, two of one name, and a doorway's")
{
    const auto second = [](const std::string& menu) {
        MenuFolder folder;
        folder.write("desks/demo/rich-menus/second.yaml", menu);
        auto problems = folder.load().problems;
        REQUIRE_FALSE(problems.empty());
        return problems.front().what;
    };
    CHECK(second(changed("menu: bot", "menu: other")).find("two menus are shown for `bot`") != std::string::npos);
    CHECK(second(changed("shown: [bot]", "shown: [waiting]")).find("a second menu is named `bot`") != std::string::npos);
    std::string doorway = changed("menu: bot", "menu: other");
    doorway.replace(doorway.find("[bot]"), 5, "[doorway]");
    CHECK(second(doorway).find("a doorway's menu says nothing of the matter") != std::string::npos);
}

TEST_CASE("rich menus: a desk whose LINE is only a doorway shows the doorway's alone, any other desk never")
{
    const std::string doorway = "menu: doorway\nshown: [doorway]\nbar: {ja: メニュー}\npicture: bot.png\nareas:\n"
                                "  - {at: [0, 0, 600, 600], label: {ja: ひらく}, does: door}\n";
    MenuFolder folder;
    folder.write("desks/demo/rich-menus/doorway.yaml", doorway);
    CHECK(folder.load().desks.at(0).rich_menus.size() == 2);
    folder.replace("desks/demo/desk.yaml", "counselors:", "content_on_line: doorway\nweb_chat: {enabled: true, neutral_site: \"https://example.jp/\"}\ncounselors:");
    const auto loaded = folder.load();
    const auto& menus = loaded.desks.at(0).rich_menus;
    REQUIRE(menus.size() == 1);
    CHECK(menus.front().name == "doorway");
    CHECK(menus.front().areas.front().action.kind == MenuAction::Kind::knocks);
}
