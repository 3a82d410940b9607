#pragma once
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tsunagi::config {

/// How many texts a person would read stand in Japanese alone, per language and kind. What only staff read is left out.
struct LanguageGaps {
    struct Kind {
        std::string name;  ///< flows, messages, guide names, guide texts, hotlines
        std::size_t texts = 0;
        std::map<std::string, std::size_t> missing;  ///< by language
    };
    std::vector<std::string> languages;  ///< every language that some text or desk has, `ja` first
    std::vector<Kind> kinds;
};

/// Reads the files as they are; what cannot be read counts for nothing (config::load tells it). A text is a map with
/// `ja`.
LanguageGaps language_gaps(const std::filesystem::path& config_dir);

}  // namespace tsunagi::config
