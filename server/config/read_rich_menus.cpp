#include "server/config/read_rich_menus.h"

#include "bot/base/text.h"
#include "bot/safety/hearing.h"
#include "server/config/picture.h"
#include "server/config/read_file.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace tsunagi::config {
namespace {

namespace fs = std::filesystem;

// What LINE takes (facts.md 85, 98).
constexpr std::size_t bar_letters_max = 14;
constexpr std::size_t label_letters_max = 20;
constexpr std::size_t said_units_max = 300;
constexpr std::size_t picture_bytes_max = 1 << 20;
constexpr int picture_width_min = 800;
constexpr int picture_width_max = 2'500;
constexpr int picture_height_min = 250;
constexpr double picture_ratio_min = 1.45;

// The catalogue's words; the engine takes them for what they say, whoever types them.
constexpr const char* human_words = "ask.human";
constexpr const char* guide_words = "guide.begin";

std::optional<MenuState> state_of(const std::string& word)
{
    static const std::map<std::string, MenuState> all{{"bot", MenuState::bot},
                                                      {"out_of_hours", MenuState::out_of_hours},
                                                      {"waiting", MenuState::waiting},
                                                      {"with_counselor", MenuState::with_counselor},
                                                      {"harmless", MenuState::harmless},
                                                      {"doorway", MenuState::doorway}};
    const auto found = all.find(word);
    return found == all.end() ? std::nullopt : std::optional(found->second);
}

/// The name of `language` on the button of a flow that switches to it; empty when there is none.
std::string language_button(const bot::Playbook& playbook, const bot::Language& language)
{
    for (const auto& [id, flow] : playbook.flows)
        for (const auto& [name, node] : flow.nodes)
            if (const auto* ask = std::get_if<bot::Ask>(&node.body))
                for (const auto& choice : ask->choices) {
                    if (choice.language != language) continue;
                    const auto label = choice.labels.find(language);
                    return label == choice.labels.end() ? std::string() : label->second;
                }
    return {};
}

std::string catalogue_text(const bot::Playbook& playbook, const char* key, const bot::Language& language)
{
    const auto texts = playbook.messages.find(key);
    if (texts == playbook.messages.end()) return {};
    const auto text = texts->second.find(language);
    return text == texts->second.end() ? std::string() : text->second;
}

/// One file, a menu for each of its languages.
class Reading {
public:
    Reading(const Value& root, const MenuSurroundings& desk, Problems& problems)
        : root_(root), desk_(desk), problems_(problems)
    {
    }

    std::vector<RichMenu> menus()
    {
        const auto errors = problems_.errors();
        check_languages();
        std::vector<RichMenu> menus;
        for (const auto& bar : root_["bar"].fields)
            if (is_spoken(bar.key)) menus.push_back(menu_in(bar.key, bar.value));
        for (const auto& word : root_["shown"].words())
            if (const auto state = state_of(word))
                for (auto& menu : menus) menu.shown.push_back(*state);
        if (problems_.errors() != errors) return {};
        return menus;
    }

private:
    bool is_spoken(const bot::Language& language) const
    {
        return std::ranges::find(desk_.playbook.languages, language) != desk_.playbook.languages.end();
    }

    /// A menu in a language that the messages speak and the desk does not is left out: the menus of a desk of many languages serve one
    /// of few as they are. Another is misspelt.
    void check_languages()
    {
        const auto& spoken = desk_.playbook.languages;
        const auto in_messages = [&](const bot::Language& language) {
            return std::ranges::any_of(desk_.playbook.messages, [&](const auto& message) { return message.second.contains(language); });
        };
        for (const auto& bar : root_["bar"].fields)
            if (!is_spoken(bar.key) && !in_messages(bar.key))
                problems_.error(bar.value, "the desk does not speak " + in_quotes(bar.key) + did_you_mean(bar.key, spoken),
                                "write one of the desk's languages, or take it out");
        if (!spoken.empty() && root_["bar"].find(spoken.front()) == nullptr)
            problems_.error(root_["bar"], "the menu is not there in " + in_quotes(spoken.front()) + ", the desk's first language",
                            "whoever speaks another language sees that one: write it");
    }

    RichMenu menu_in(const bot::Language& language, const Value& bar)
    {
        RichMenu menu{.name = root_["menu"].text, .language = language, .shown = {}, .opened = root_["opened"].truth().value_or(true),
                      .bar = bar.text, .picture = {}, .areas = {}};
        if (grapheme_length(menu.bar) > bar_letters_max)
            problems_.error(bar, "the words on the bar are longer than 14 letters", "LINE shows no more: make them shorter");
        if (auto picture = picture_in(language)) menu.picture = *std::move(picture);
        for (const auto& area : root_["areas"].items) menu.areas.push_back(area_in(area, menu));
        return menu;
    }

    // ------------------------------------------------------------------------ the picture

    std::optional<Picture> picture_in(const bot::Language& language)
    {
        std::string name = root_["picture"].text;
        constexpr std::string_view blank = "{language}";
        if (const auto at = name.find(blank); at != std::string::npos) name.replace(at, blank.size(), language);
        const auto refuse = [&](const std::string& what, const char* mend) {
            if (std::exchange(refused_[name], true)) return std::optional<Picture>();
            problems_.error(root_["picture"], "the picture " + in_quotes(name) + " " + what, mend);
            return std::optional<Picture>();
        };
        auto bytes = read_file(desk_.folder / name, picture_bytes_max);
        if (!bytes) return refuse("cannot be read", "put it beside this file; deploy/rich-menus/draw makes those of the demo desk");
        if (bytes->size() > picture_bytes_max) return refuse("is larger than 1 MB", "LINE takes no more: save it smaller");
        auto picture = picture_of(*std::move(bytes));
        if (!picture) return refuse("is neither PNG nor JPEG", "save it as PNG");
        if (picture->width < picture_width_min || picture->width > picture_width_max)
            return refuse("is " + std::to_string(picture->width) + " wide", "LINE takes 800 to 2500");
        if (picture->height < picture_height_min) return refuse("is " + std::to_string(picture->height) + " high", "LINE takes 250 or more");
        if (picture->width < picture_ratio_min * picture->height)
            return refuse("is too high for its width", "LINE wants it at least 1.45 times as wide as high");
        return picture;
    }

    // ------------------------------------------------------------------------ its places

    MenuArea area_in(const Value& value, const RichMenu& menu)
    {
        MenuArea area;
        std::array<int*, 4> numbers{&area.x, &area.y, &area.width, &area.height};
        const auto& at = value["at"].items;
        for (std::size_t i = 0; i < numbers.size() && i < at.size(); ++i) *numbers[i] = static_cast<int>(at[i].number().value_or(0));
        const auto& picture = menu.picture;
        if (picture.width > 0 && (area.width == 0 || area.height == 0 || area.x + area.width > picture.width || area.y + area.height > picture.height))
            tell(value["at"], "the place does not lie in the picture",
                 "the picture is " + std::to_string(picture.width) + " wide and " + std::to_string(picture.height) + " high");
        area.action = action_in(value, menu.language);
        const bool names_language = value.find("language") != nullptr && value.find("label") == nullptr;
        area.label = names_language ? area.action.text : text_in(value["label"], menu.language);
        if (grapheme_length(area.label) > label_letters_max) tell(value["label"], "the label is longer than 20 letters", "make it shorter");
        return area;
    }

    MenuAction action_in(const Value& value, const bot::Language& language)
    {
        const int given = static_cast<int>(std::ranges::count_if(
            std::array{"does", "language", "says", "opens"}, [&](const char* key) { return value.find(key) != nullptr; }));
        if (given != 1) {
            tell(value, given == 0 ? "nothing happens at this place" : "several things happen at this place",
                 "write one of does, language, says and opens");
            return {};
        }
        if (const auto* page = value.find("opens")) return {MenuAction::Kind::opens, page->text};
        if (value["does"].text == "door") return door(value);
        if (is_shown("doorway")) {
            tell(value, "a doorway's menu says nothing of the matter", "write does: door, or opens");
            return {};
        }
        if (is_shown("harmless")) {
            tell(value, "a menu for after her safe word says nothing for her", "write opens, with an everyday page");
            return {};
        }
        return {MenuAction::Kind::says, words_in(value, language)};
    }

    MenuAction door(const Value& value)
    {
        if (!is_shown("doorway")) tell(value["does"], "there is no door to open here", "does: door belongs to a menu with shown: [doorway]");
        return {MenuAction::Kind::knocks, {}};
    }

    /// What she says by tapping there; always something that works as well when it is typed.
    std::string words_in(const Value& value, const bot::Language& language)
    {
        const auto& playbook = desk_.playbook;
        if (const auto* says = value.find("says")) {
            const std::string words = text_in(*says, language);
            if (utf16_length(words) > said_units_max) tell(*says, "the words are longer than 300 letters", "make them shorter");
            warn_if_danger(*says, words);
            return words;
        }
        if (const auto* wanted = value.find("language")) {
            std::string name = language_button(playbook, wanted->text);
            if (name.empty())
                tell(*wanted, "no flow has a button for the language " + in_quotes(wanted->text),
                     "give a choice of a flow `language: " + wanted->text + "`, or take this place out");
            return name;
        }
        const char* key = value["does"].text == "human" ? human_words : guide_words;
        std::string words = catalogue_text(playbook, key, language);
        if (words.empty())
            tell(value["does"], "the message " + in_quotes(key) + " is not there in " + in_quotes(language), "write it in messages/");
        return words;
    }

    /// LINE sends what a place says as if she had typed it: words that sound like danger would call everybody at each tap.
    void warn_if_danger(const Value& at, const std::string& words)
    {
        bot::Inbound tapped;
        tapped.content = bot::TextReceived{.text = words};
        if (const int level = bot::hear({}, tapped, desk_.playbook).finding.level; level >= bot::soft_level)
            problems_.warning(at, in_quotes(words) + " is heard as danger (R" + std::to_string(level) + ") whenever the place is tapped",
                              "say it in other words, unless it is meant to call somebody");
    }

    std::string text_in(const Value& texts, const bot::Language& language)
    {
        if (const auto* text = texts.find(language)) return text->text;
        tell(texts, "the text is not there in " + in_quotes(language), "write it in each language of `bar`");
        return {};
    }

    bool is_shown(std::string_view state) const
    {
        const auto shown = root_["shown"].words();
        return std::ranges::find(shown, state) != shown.end();
    }

    /// Once a place: what is wrong in each language is one mistake.
    void tell(const Value& at, const std::string& what, const std::string& mend)
    {
        if (!std::exchange(told_[{at.line, what}], true)) problems_.error(at, what, mend);
    }

    const Value& root_;
    const MenuSurroundings& desk_;
    Problems& problems_;
    std::map<std::string, bool> refused_;  ///< pictures told already
    std::map<std::pair<int, std::string>, bool> told_;
};

/// Which menu is shown when must be told by one file alone; without one for the bot nothing else has a place to return to.
void check_states(const std::vector<Value>& files, bool doorway, Problems& problems)
{
    std::map<std::string, std::string> shown;
    std::map<std::string, std::string> named;
    for (const auto& file : files) {
        const std::string name = file["menu"].text;
        const auto [first, is_new] = named.emplace(name, file.file());
        if (!is_new) problems.error(file["menu"], "a second menu is named " + in_quotes(name) + " (first in " + first->second + ")", "give each its own name");
        for (const auto& state : file["shown"].items) {
            const auto [other, is_first] = shown.emplace(state.text, name);
            if (!is_first)
                problems.error(state, "two menus are shown for " + in_quotes(state.text) + ": " + in_quotes(other->second) + " and " + in_quotes(name),
                               "leave it with one of them");
        }
    }
    const std::string needed = doorway ? "doorway" : "bot";
    if (!files.empty() && !shown.contains(needed))
        problems.error(files.front()["shown"], "no menu is shown for " + in_quotes(needed),
                       doorway ? "a desk whose LINE is only a doorway shows that one alone" : "everybody sees that one first: write it, or take all menus out");
}

}  // namespace

std::vector<RichMenu> read_rich_menus(const std::vector<Value>& files, const MenuSurroundings& desk, Problems& problems)
{
    check_states(files, desk.doorway, problems);
    std::vector<RichMenu> shown_here;
    for (const auto& file : files)
        for (auto& menu : Reading(file, desk, problems).menus()) {
            const bool for_doorway = std::ranges::find(menu.shown, MenuState::doorway) != menu.shown.end();
            if (for_doorway == desk.doorway) shown_here.push_back(std::move(menu));
        }
    return shown_here;
}

}  // namespace tsunagi::config
