#include "deploy/sandbox/checker.h"
#include "deploy/sandbox/text_length.h"

#include <algorithm>

namespace tsunagi::sandbox {
namespace {

constexpr std::size_t url_max = 2'000;  // facts.md 86

bool starts_with(const std::string& text, std::string_view beginning) { return text.rfind(beginning, 0) == 0; }

bool is_loopback_http(const std::string& url)
{
    return starts_with(url, "http://127.0.0.1:") || starts_with(url, "http://localhost:");
}

}  // namespace

std::string join_path(const std::string& path, std::string_view name)
{
    return path.empty() ? std::string(name) : path + "." + std::string(name);
}

std::string item_path(const std::string& path, std::string_view name, std::size_t index)
{
    return join_path(path, name) + "[" + std::to_string(index) + "]";
}

void Checker::wrong(const std::string& property)
{
    if (wrong_type.empty()) wrong_type = property;
}

const json* Checker::field(const json& object, const std::string& path, const char* name, Presence presence)
{
    const auto found = object.find(name);
    if (found != object.end() && !found->is_null()) return &*found;
    if (presence == Presence::required) add(join_path(path, name), "May not be null");
    return nullptr;
}

const std::string* Checker::text(const json& object, const std::string& path, const char* name, std::size_t max,
                                 CountedIn unit, Presence presence)
{
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) {
        if (presence == Presence::required) add(join_path(path, name), "May not be empty");
        return nullptr;
    }
    if (!found->is_string()) return wrong(join_path(path, name)), nullptr;
    const auto& value = found->get_ref<const std::string&>();
    const std::size_t length = unit == CountedIn::utf16 ? utf16_units(value) : grapheme_clusters(value);
    if (is_blank(value)) add(join_path(path, name), "May not be empty");
    else if (length > max) add(join_path(path, name), "Length must be between 0 and " + std::to_string(max));
    return &value;
}

void Checker::media_url(const json& object, const std::string& path, const char* name, Presence presence)
{
    const std::string* url = text(object, path, name, url_max, CountedIn::utf16, presence);
    if (url == nullptr) return;
    if (starts_with(*url, "https://") || (accept_loopback_http && is_loopback_http(*url))) return;
    add(join_path(path, name), "Must be a valid HTTPS URL");
}

const json* Checker::array(const json& object, const std::string& path, const char* name, std::size_t min,
                           std::size_t max, Presence presence)
{
    const json* list = field(object, path, name, presence);
    if (list == nullptr) return nullptr;
    if (!list->is_array()) return wrong(join_path(path, name)), nullptr;
    if (list->size() >= min && list->size() <= max) return list;
    const std::string low = std::to_string(min), high = std::to_string(max);
    add(join_path(path, name), "Size must be between " + low + " and " + high);
    return list->size() > max ? nullptr : list;
}

const json* Checker::object(const json& parent, const std::string& path, const char* name, Presence presence)
{
    const json* value = field(parent, path, name, presence);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) return wrong(join_path(path, name)), nullptr;
    return value;
}

void Checker::flag(const json& object, const std::string& path, const char* name)
{
    const json* value = field(object, path, name, Presence::optional);
    if (value != nullptr && !value->is_boolean()) wrong(join_path(path, name));
}

const json* Checker::number(const json& object, const std::string& path, const char* name, double min, double max,
                            Presence presence)
{
    const json* value = field(object, path, name, presence);
    if (value == nullptr) return nullptr;
    if (!value->is_number()) return wrong(join_path(path, name)), nullptr;
    const auto amount = value->get<double>();
    if (amount >= min && amount <= max) return value;
    const bool low = amount < min;
    const std::string bound = std::to_string(static_cast<long long>(low ? min : max));
    add(join_path(path, name), (low ? "must be greater than or equal to " : "must be less than or equal to ") + bound);
    return nullptr;
}

std::string Checker::one_of(const json& object, const std::string& path, const char* name,
                            std::initializer_list<std::string_view> allowed, Presence presence)
{
    const json* value = field(object, path, name, presence);
    if (value == nullptr) return {};
    if (!value->is_string()) return wrong(join_path(path, name)), std::string{};
    const auto& word = value->get_ref<const std::string&>();
    if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) return word;
    std::string list;
    for (const std::string_view choice : allowed) list += (list.empty() ? "" : ", ") + std::string(choice);
    add(join_path(path, name), "Must be one of the following values: [" + list + "]");
    return {};
}

}  // namespace tsunagi::sandbox
