#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/message_rules.h"

#include <algorithm>

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t postback_data_max = 300;  // facts.md 87 for all of these
constexpr std::size_t action_text_max = 300;
constexpr std::size_t uri_max = 1'000;
constexpr std::size_t clipboard_max = 1'000;

struct LabelRule {
    std::size_t max;
    Presence presence;
};

LabelRule label_rule(ActionPlace place)
{
    switch (place) {
    case ActionPlace::template_: return {20, Presence::required};
    case ActionPlace::image_carousel: return {12, Presence::optional};
    case ActionPlace::quick_reply: return {20, Presence::required};
    case ActionPlace::rich_menu: return {20, Presence::optional};
    case ActionPlace::flex_button: return {40, Presence::required};
    case ActionPlace::flex: return {40, Presence::optional};
    }
    return {20, Presence::required};
}

bool has_action_scheme(const std::string& uri)
{
    constexpr std::string_view schemes[] = {"http://", "https://", "line://", "tel:"};
    return std::any_of(std::begin(schemes), std::end(schemes),
                       [&](std::string_view scheme) { return uri.rfind(scheme, 0) == 0; });
}

/// Whether `text` has a digit where `shape` has 0, and the same letters elsewhere (LINE takes t and T).
bool has_shape(const std::string& text, std::string_view shape)
{
    const auto fits = [](char letter, char wanted) {
        if (wanted == '0') return letter >= '0' && letter <= '9';
        return letter == wanted || (wanted == 'T' && letter == 't');
    };
    return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), fits);
}

void check_date_picker(Checker& checker, const json& action, const std::string& path)
{
    checker.text(action, path, "data", postback_data_max);
    const std::string mode = checker.one_of(action, path, "mode", {"date", "time", "datetime"});
    const std::string_view shape = mode == "date" ? "0000-00-00" : mode == "time" ? "00:00" : "0000-00-00T00:00";
    for (const char* name : {"initial", "max", "min"}) {
        const std::string* value = checker.text(action, path, name, 20, CountedIn::utf16, Presence::optional);
        if (value != nullptr && !mode.empty() && !has_shape(*value, shape))
            checker.add(join_path(path, name), "Must be in the format of the mode " + mode);
    }
}

void check_postback(Checker& checker, const json& action, const std::string& path)
{
    checker.text(action, path, "data", postback_data_max);
    checker.text(action, path, "displayText", action_text_max, CountedIn::graphemes, Presence::optional);
    checker.text(action, path, "text", action_text_max, CountedIn::graphemes, Presence::optional);
    if (action.contains("displayText") && action.contains("text"))
        checker.add(path, "displayText and text cannot be used together");
    checker.one_of(action, path, "inputOption", {"closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"},
                   Presence::optional);
    checker.text(action, path, "fillInText", action_text_max, CountedIn::graphemes, Presence::optional);
    if (action.contains("fillInText") && text_of(action, "inputOption") != "openKeyboard")
        checker.add(join_path(path, "fillInText"), "Needs inputOption openKeyboard");
}

}  // namespace

void check_action(Checker& checker, const json& parent, const std::string& path, const char* name, ActionPlace place,
                  Presence presence)
{
    const json* action = checker.object(parent, path, name, presence);
    if (action != nullptr) check_action_object(checker, *action, join_path(path, name), place);
}

void check_action_object(Checker& checker, const json& action, const std::string& path, ActionPlace place)
{
    if (!action.is_object()) return checker.add(path, "May not be null");
    const std::string type = checker.one_of(action, path, "type",
                                            {"postback", "message", "uri", "datetimepicker", "camera", "cameraRoll",
                                             "location", "richmenuswitch", "clipboard"});
    const LabelRule label = label_rule(place);
    checker.text(action, path, "label", label.max, CountedIn::graphemes, label.presence);

    if (type == "postback") check_postback(checker, action, path);
    else if (type == "message") checker.text(action, path, "text", action_text_max, CountedIn::graphemes);
    else if (type == "datetimepicker") check_date_picker(checker, action, path);
    else if (type == "clipboard") checker.text(action, path, "clipboardText", clipboard_max);
    else if (type == "uri") {
        const std::string* uri = checker.text(action, path, "uri", uri_max);
        if (uri != nullptr && !has_action_scheme(*uri)) checker.add(join_path(path, "uri"), "invalid uri scheme");
    } else if (type == "richmenuswitch") {
        checker.text(action, path, "richMenuAliasId", 32);
        checker.text(action, path, "data", postback_data_max);
        if (place != ActionPlace::rich_menu) checker.add(join_path(path, "type"), "Only for rich menus");
    } else if (type == "camera" || type == "cameraRoll" || type == "location") {
        if (place != ActionPlace::quick_reply) checker.add(join_path(path, "type"), "Only for quick replies");
    }
}

void check_rich_menu(Checker& checker, const json& menu)
{
    if (const json* size = checker.object(menu, "", "size")) {
        const json* width = checker.number(*size, "size", "width", 800, 2'500);
        const json* height = checker.number(*size, "size", "height", 250, 2'500);
        if (width != nullptr && height != nullptr && width->get<double>() / height->get<double>() < 1.45)
            checker.add("size", "The aspect ratio (width / height) must be at least 1.45");
    }
    checker.flag(menu, "", "selected");
    checker.text(menu, "", "name", 300, CountedIn::graphemes);
    checker.text(menu, "", "chatBarText", 14, CountedIn::graphemes);
    const json* areas = checker.array(menu, "", "areas", 0, 20);
    if (areas == nullptr) return;
    for (std::size_t i = 0; i < areas->size(); ++i) {
        const std::string area = item_path("", "areas", i);
        if (!(*areas)[i].is_object()) {
            checker.add(area, "May not be null");
            continue;
        }
        if (const json* bounds = checker.object((*areas)[i], area, "bounds")) {
            for (const char* side : {"x", "y"}) checker.number(*bounds, join_path(area, "bounds"), side, 0, 2'500);
            for (const char* side : {"width", "height"})
                checker.number(*bounds, join_path(area, "bounds"), side, 1, 2'500);
        }
        check_action(checker, (*areas)[i], area, "action", ActionPlace::rich_menu);
    }
}

}  // namespace tsunagi::sandbox
