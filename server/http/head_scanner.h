#pragma once
#include <cstddef>
#include <string_view>

namespace tsunagi::http {

/// Finds the end of a request's head (request line and fields, up to and with the empty line) in bytes that arrive in
/// pieces, and refuses on the way what only attackers and broken programs send: a line break that is not CRLF, NUL, and
/// a field continued on the next line (obs-fold). Two parsers that disagree about those can be played off.
class HeadScanner {
public:
    enum class Verdict { more, complete, malformed };

    /// `head` is all that has arrived so far; each byte is looked at once.
    Verdict scan(std::string_view head)
    {
        for (; at_ < head.size(); ++at_) {
            const char c = head[at_];
            if (c == '\0') return Verdict::malformed;
            if (previous_ == '\r' && c != '\n') return Verdict::malformed;
            if (c == '\n') {
                if (previous_ != '\r') return Verdict::malformed;
                if (line_bytes_ == 0) {
                    ++at_;
                    return Verdict::complete;
                }
                line_bytes_ = 0;
            } else if (c != '\r') {
                const bool begins_line = line_bytes_ == 0;
                if (begins_line && (c == ' ' || c == '\t')) return Verdict::malformed;
                ++line_bytes_;
            }
            previous_ = c;
        }
        return Verdict::more;
    }

    /// Length of the head in bytes, after `complete`.
    std::size_t size() const { return at_; }

private:
    std::size_t at_ = 0;
    std::size_t line_bytes_ = 0;
    char previous_ = 0;
};

}  // namespace tsunagi::http
