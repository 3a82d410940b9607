#pragma once
#include <filesystem>
#include <istream>
#include <ostream>
#include <string>

namespace tsunagi::ops {

/// `tsunagi talk`: one person converses with `desk`'s flows, a line of `in` each. Buttons are shown with numbers; the
/// number taps. `/human` asks for a human, `/quit` (or the end of `in`) ends. Tells when somebody else holds the
/// conversation. Nothing is kept and nothing is sent. Returns the exit code: 1 when there is no such desk to talk to.
int talk(const std::filesystem::path& config_dir, const std::string& desk, std::istream& in, std::ostream& out);

} // namespace tsunagi::ops
