#pragma once
#include "deploy/sandbox/bell.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace tsunagi::sandbox {

using json = nlohmann::json;

/// A numbered list that forgets its oldest rows when it grows too large: what came in, or what went out.
class RunningLog {
public:
    /// `bytes_max` bounds the sum of the rows' sizes as told to `add`.
    explicit RunningLog(std::size_t bytes_max = 64u << 20) : bytes_max_(bytes_max) {}

    /// Gives the row the next `number` and keeps it.
    std::int64_t add(json row, std::size_t bytes);
    /// Rows after number `after`, oldest first, at most `limit`; with `path` only those whose `path` begins so.
    json after(std::int64_t number, std::size_t limit, const std::string& path = {}) const;
    std::int64_t last() const { return last_; }
    std::int64_t forgotten() const { return forgotten_; }
    void clear();
    /// Rings at each new row.
    Bell& bell() { return bell_; }

private:
    struct Row {
        json content;
        std::size_t bytes;
    };
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::deque<Row> rows_;
    std::int64_t last_ = 0, forgotten_ = 0;
    Bell bell_;
};

}  // namespace tsunagi::sandbox
