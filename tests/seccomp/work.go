// SPDX-License-Identifier: BSD-2-Clause
// Copyright (c) 2026 The pimg authors
//
// Some of everything that programs do, one line for each thing that worked:
// threads, timers, files, folders, pipes, children, signals, sockets.

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

func check(what string, err error) {
	if err != nil {
		fmt.Printf("%s: %v\n", what, err)
		os.Exit(1)
	}
}

func threads() {
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			runtime.LockOSThread()
			time.Sleep(5 * time.Millisecond)
			wg.Done()
		}()
	}
	wg.Wait()
}

func files() {
	dir, err := os.MkdirTemp(".", "work")
	check("mkdirtemp", err)
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "file")
	check("write", os.WriteFile(name, []byte("text"), 0644))
	check("rename", os.Rename(name, name+"2"))
	check("symlink", os.Symlink("file2", name))
	check("chmod", os.Chmod(name, 0600))
	check("chtimes", os.Chtimes(name, time.Now(), time.Now()))
	list, err := os.ReadDir(dir)
	check("readdir", err)
	if len(list) != 2 {
		check("readdir", fmt.Errorf("%d entries", len(list)))
	}
	text, err := os.ReadFile(name)
	check("read", err)
	if string(text) != "text" {
		check("read", fmt.Errorf("%q", text))
	}
}

func child() {
	self, err := os.Executable()
	check("executable", err)
	out, err := exec.Command(self, "child").Output()
	check("child", err)
	if string(out) != "child of "+runtime.GOOS+"\n" {
		check("child", fmt.Errorf("%q", out))
	}
}

func signals() {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	check("kill", syscall.Kill(os.Getpid(), syscall.SIGUSR1))
	select {
	case <-c:
	case <-time.After(5 * time.Second):
		check("signal", fmt.Errorf("none came"))
	}
}

func sockets(network, address string) {
	l, err := net.Listen(network, address)
	check("listen", err)
	defer l.Close()
	go func() {
		s, err := l.Accept()
		check("accept", err)
		io.Copy(s, s)
		s.Close()
	}()
	c, err := net.Dial(network, l.Addr().String())
	check("dial", err)
	defer c.Close()
	fmt.Fprint(c, "ping")
	buf := make([]byte, 4)
	_, err = io.ReadFull(c, buf)
	check("echo", err)
}

func main() {
	if len(os.Args) > 1 {
		fmt.Println("child of", runtime.GOOS)
		return
	}
	threads()
	fmt.Println("threads")
	files()
	fmt.Println("files")
	child()
	fmt.Println("child")
	signals()
	fmt.Println("signals")
	sockets("tcp", "127.0.0.1:0")
	fmt.Println("tcp")
	sockets("unix", "work.socket")
	fmt.Println("unix")
}
