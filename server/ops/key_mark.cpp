#include "server/ops/key_mark.h"

#include "server/desk/clock.h"
#include "server/desk/keyed_hash.h"
#include "server/ops/runtime.h"
#include "server/store/rocks_store.h"

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

constexpr std::string_view lost_for_good = "lost";

std::string text_of_mark(const std::filesystem::path& data)
{
    std::ifstream file(mark_file(data), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Empty when none was left yet, or when it was torn.
std::string kept_mark(const std::filesystem::path& data)
{
    auto mark = text_of_mark(data);
    return mark.size() == mark_letters ? mark : "";
}

/// An operator wrote so into the mark: people who wrote before are to be strangers, because nothing else is possible.
bool is_given_up(const std::filesystem::path& data) { return text_of_mark(data).starts_with(lost_for_good); }

}  // namespace

std::string key_trouble(const std::filesystem::path& data, const std::string& master_key, const TryKey& try_key)
{
    const auto kept = kept_mark(data);
    const auto file = mark_file(data).string();
    if (kept == mark_of(master_key) || is_given_up(data)) return "";
    const auto trial = try_key();
    if (kept.empty() && trial != desk::KeyTrial::wrong) return "";
    if (trial == desk::KeyTrial::opens)
        return "people kept in " + data.string() + " are found under this master_key, but " + file + " was left by another one: the data was served under a wrong "
               "key once, and whoever wrote then was a stranger. When this is the key you keep off the machine, delete " + file + " and start again; else "
               "bring that one back";
    return "what is kept in " + data.string() + " belongs to another master_key: under this one nobody who wrote before would be found again; "
           "bring the former key back (your copy off the machine). Only when it is lost for good, write the word " + std::string(lost_for_good) + " into " + file +
           " in place of what stands there: everybody then begins as a stranger";
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

TryKey trial_of(const config::Loaded& config, const std::filesystem::path& data)
{
    return [&config, data]() -> std::optional<desk::KeyTrial> {
        const auto folder = data / "store";
        if (!std::filesystem::is_directory(folder)) return desk::KeyTrial::nobody_kept;
        try {
            Runtime runtime(1);
            const auto store = store::open_rocks_store({.path = folder});
            desk::SystemClock clock;
            desk::SystemRandom random;
            desk::DeskService desks(*store, config, clock, random);
            auto trial = desk::KeyTrial::nobody_kept;
            auto look = [&]() -> net::awaitable<void> { trial = co_await desk::try_key(*store, desks, config); };
            runtime.run(look());
            runtime.stop();
            return trial;
        } catch (const std::exception&) {
            return std::nullopt;  // whoever opens it to serve says why it cannot be opened
        }
    };
}

}  // namespace tsunagi::ops
