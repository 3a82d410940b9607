#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tsunagi::bot {

/// What kind of danger a text speaks of. A text can speak of several at once.
enum class RiskCategory : std::uint8_t {
    suicide, self_harm, family_suicide, dv, stalking, child_abuse, sexual_violence, no_shelter, no_food, pregnancy,
    harm_others, medical, monitored
};

/// Their names in config, in the store and on the wire, in the order of the enum.
constexpr std::array<std::string_view, 13> risk_category_names{
    "suicide", "self_harm", "family_suicide", "dv", "stalking", "child_abuse", "sexual_violence", "no_shelter",
    "no_food", "pregnancy", "harm_others", "medical", "monitored"};

constexpr std::string_view name_of(RiskCategory category)
{
    return risk_category_names[static_cast<std::size_t>(category)];
}

constexpr std::optional<RiskCategory> risk_category(std::string_view name)
{
    for (std::size_t at = 0; at < risk_category_names.size(); ++at)
        if (risk_category_names[at] == name) return static_cast<RiskCategory>(at);
    return std::nullopt;
}

}  // namespace tsunagi::bot
