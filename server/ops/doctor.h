#pragma once
#include <cstddef>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace tsunagi::ops {

/// How many staff of a desk can talk with people: counselors, supervisors, peer concierges.
using StaffCounts = std::map<std::string, std::size_t>;  ///< by desk id

/// Something in the store that config does not fit any more.
struct StoreFinding {
    std::string what;
    std::string mend;
    bool is_essential = false;
};

struct DoctorOptions {
    std::filesystem::path config_dir;
    /// The checklist of a desk's manager. Empty: before-you-open.md in `config_dir` (where a desk keeps its ticked
    /// copy), else deploy/before-you-open.md beside it.
    std::filesystem::path checklist;
    std::optional<StaffCounts> staff;  ///< nothing: not counted (the store belongs to the running server)
    std::vector<StoreFinding> in_store = {};
    std::chrono::sys_days today;  ///< from whoever has a clock
};

/// `tsunagi doctor`: what is still open before a desk may open, a line each: `open: WHAT; MEND` for the essential,
/// `note: ...` for the rest; then totals. Looks at config (secrets, TLS, mode, retention, languages), at the lines that
/// nobody has called up, and at the checklist's lines `- [ ] **必須** `id` text`. Returns 1 when something essential is
/// open, else 0. Shows no secret.
int doctor(const DoctorOptions& options, std::ostream& out);

}  // namespace tsunagi::ops
