#include "deploy/sandbox/json_read.h"
#include "deploy/sandbox/message_rules.h"

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t bubble_bytes_max = 30 * 1024;  // facts.md 86: as JSON
constexpr std::size_t carousel_bytes_max = 50 * 1024;
constexpr std::size_t bubbles_max = 12;
constexpr int depth_max = 20;  // no documented limit; a phone draws no deeper
constexpr std::size_t component_text_max = 1u << 16;  // none of its own: the bubble's size is the limit

void check_component(Checker& checker, const json& component, const std::string& path, int depth);

void check_contents(Checker& checker, const json& parent, const std::string& path, int depth)
{
    const json* contents = checker.array(parent, path, "contents", 0, 1'000);
    if (contents == nullptr) return;
    for (std::size_t i = 0; i < contents->size(); ++i)
        check_component(checker, (*contents)[i], item_path(path, "contents", i), depth + 1);
}

void check_flex_text(Checker& checker, const json& component, const std::string& path)
{
    if (!component.contains("contents")) {
        checker.text(component, path, "text", component_text_max);
    } else if (const json* spans = checker.array(component, path, "contents", 0, 1'000)) {
        for (std::size_t i = 0; i < spans->size(); ++i) {
            const std::string item = item_path(path, "contents", i);
            if ((*spans)[i].is_object()) checker.one_of((*spans)[i], item, "type", {"span"});
            else checker.add(item, "May not be null");
        }
    }
}

void check_component(Checker& checker, const json& component, const std::string& path, int depth)
{
    if (!component.is_object()) return checker.add(path, "May not be null");
    if (depth > depth_max) return checker.add(path, "Too deep");
    const std::string type =
        checker.one_of(component, path, "type",
                       {"box", "button", "image", "video", "icon", "text", "span", "separator", "filler"});
    if (type == "box") {
        checker.one_of(component, path, "layout", {"horizontal", "vertical", "baseline"});
        check_contents(checker, component, path, depth);
    } else if (type == "button") {
        check_action(checker, component, path, "action", ActionPlace::flex_button);
        return;
    } else if (type == "image" || type == "icon") {
        checker.media_url(component, path, "url");
    } else if (type == "video") {
        checker.media_url(component, path, "url");
        checker.media_url(component, path, "previewUrl");
    } else if (type == "text") {
        check_flex_text(checker, component, path);
    }
    check_action(checker, component, path, "action", ActionPlace::flex, Presence::optional);
}

void check_bubble(Checker& checker, const json& bubble, const std::string& path)
{
    if (dump(bubble).size() > bubble_bytes_max) checker.add(path, "A bubble must be 30 KB or less");
    checker.one_of(bubble, path, "size", {"nano", "micro", "deca", "hecto", "kilo", "mega", "giga"}, Presence::optional);
    checker.one_of(bubble, path, "direction", {"ltr", "rtl"}, Presence::optional);
    for (const char* block : {"header", "hero", "body", "footer"})
        if (const json* component = checker.object(bubble, path, block, Presence::optional))
            check_component(checker, *component, join_path(path, block), 1);
    check_action(checker, bubble, path, "action", ActionPlace::flex, Presence::optional);
}

}  // namespace

void check_flex(Checker& checker, const json& message, const std::string& path)
{
    const json* container = checker.object(message, path, "contents");
    if (container == nullptr) return;
    const std::string inside = join_path(path, "contents");
    const std::string type = checker.one_of(*container, inside, "type", {"bubble", "carousel"});
    if (type == "bubble") check_bubble(checker, *container, inside);
    if (type != "carousel") return;
    if (dump(*container).size() > carousel_bytes_max) checker.add(inside, "A carousel must be 50 KB or less");
    const json* bubbles = checker.array(*container, inside, "contents", 1, bubbles_max);
    if (bubbles == nullptr) return;
    for (std::size_t i = 0; i < bubbles->size(); ++i) {
        const std::string item = item_path(inside, "contents", i);
        if (!(*bubbles)[i].is_object()) {
            checker.add(item, "May not be null");
            continue;
        }
        check_bubble(checker, (*bubbles)[i], item);
        if (text_of((*bubbles)[i], "size", "mega") != text_of((*bubbles)[0], "size", "mega"))
            checker.add(item, "All bubbles must have the same size");
    }
}

}  // namespace tsunagi::sandbox
