#pragma once
#include "bot/guide/hotline.h"
#include "server/config/yaml.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tsunagi::config {

/// What must never be said of a telephone line, wherever a text stands (hotlines.md 8.2): 「24時間」 of a line that
/// closes at nine, 「無料」 of one that costs. Immutable. The lines must outlive it.
class ForbiddenPhrases {
public:
    explicit ForbiddenPhrases(const std::vector<bot::Hotline>& lines);

    /// The first phrase in `text` that is forbidden for the line that the same sentence names.
    std::optional<bot::ForbiddenPhrase> find(std::string_view text) const;

    /// Tells each in the strings below `root`, but not below `tests` and `words`, where people speak, not we.
    void check(const Value& root, Problems& problems) const;

private:
    const std::vector<bot::Hotline>& lines_;
    std::vector<std::string> folded_;  ///< all phrases: a text with none of them needs no closer look
};

/// The documents beside a config folder (README.md, deploy/*.md): a telephone number or a forbidden phrase in them is a
/// problem with its line. Documents that are not there have none.
std::vector<Problem> check_documents(const std::filesystem::path& root, const std::vector<bot::Hotline>& lines);

}  // namespace tsunagi::config
