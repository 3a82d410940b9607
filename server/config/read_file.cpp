#include "server/config/read_file.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace tsunagi::config {

std::optional<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max)
{
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    std::string bytes;
    std::array<char, 16 * 1024> part{};
    while (file && bytes.size() <= bytes_max) {
        const auto wanted = std::min(part.size(), bytes_max + 1 - bytes.size());
        file.read(part.data(), static_cast<std::streamsize>(wanted));
        bytes.append(part.data(), static_cast<std::size_t>(file.gcount()));
    }
    bytes.shrink_to_fit();  // the pictures of all menus stay in memory
    return bytes;
}

}  // namespace tsunagi::config
