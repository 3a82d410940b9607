#pragma once
#include "bot/guide/hotline.h"
#include "bot/guide/search.h"

#include <utility>
#include <vector>

namespace tsunagi::bot {

/// What help there is: programmes with their index, and telephone lines. Read once, never changes, shared by all threads.
class Support {
public:
    Support(GuideBook guide, std::vector<Hotline> hotlines)
        : guide_(std::move(guide)), hotlines_(std::move(hotlines)), index_(guide_) {}
    Support(const Support&) = delete;  // the index points into the guide
    Support& operator=(const Support&) = delete;

    const GuideBook& guide() const { return guide_; }
    const GuideIndex& index() const { return index_; }
    const std::vector<Hotline>& hotlines() const { return hotlines_; }

private:
    const GuideBook guide_;
    const std::vector<Hotline> hotlines_;
    const GuideIndex index_;
};

}  // namespace tsunagi::bot
