#include "server/ops/key_mark.h"

#include "server/desk/keyed_hash.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace tsunagi::ops {
namespace {

constexpr std::size_t mark_letters = 64;  // HMAC-SHA-256 as hex

std::filesystem::path mark_file(const std::filesystem::path& data) { return data / "master-key.mark"; }

std::string mark_of(const std::string& master_key)
{
    std::string mark;
    for (const auto byte : desk::keyed_hash(master_key, "tsunagi mark of the master key")) mark += fmt::format("{:02x}", byte);
    return mark;
}

/// Empty when none was left yet, or when it was torn.
std::string kept_mark(const std::filesystem::path& data)
{
    std::ifstream file(mark_file(data), std::ios::binary);
    const std::string mark{std::istreambuf_iterator<char>(file), {}};
    return mark.size() == mark_letters ? mark : "";
}

}  // namespace

std::string key_trouble(const std::filesystem::path& data, const std::string& master_key)
{
    const auto kept = kept_mark(data);
    if (kept.empty() || kept == mark_of(master_key)) return "";
    return "what is kept in " + data.string() + " belongs to another master_key: under this one nobody who wrote before would be found again; "
           "bring the former key back (your copy off the machine). Only when this is the right one after all, or the former one is lost for good, "
           "delete " + mark_file(data).string() + ": under a wrong key everybody begins as a stranger";
}

bool mark_key(const std::filesystem::path& data, const std::string& master_key)
{
    if (!kept_mark(data).empty()) return true;
    const auto unfinished = data / "master-key.mark.new";
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file << mark_of(master_key);
    file.close();
    std::error_code failed;
    if (file) std::filesystem::rename(unfinished, mark_file(data), failed);
    return file && !failed;
}

}  // namespace tsunagi::ops
