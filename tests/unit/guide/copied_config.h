#pragma once
#include <filesystem>

namespace tsunagi::tests {

/// Copies the repository's config folder to `to`, for a test to break. Leaves out what the net below the rules has learnt: nothing here looks
/// at it, and reading it is a third of reading a desk.
inline void copy_config(const std::filesystem::path& to)
{
    std::filesystem::copy("config", to, std::filesystem::copy_options::recursive);
    for (const auto& file : std::filesystem::directory_iterator("config/risk"))
        if (file.path().filename().string().starts_with("likeness")) std::filesystem::remove(to / "risk" / file.path().filename());
}

}  // namespace tsunagi::tests
